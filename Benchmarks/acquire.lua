-- One call to the limiter, about one of a thousand keys.
local count = 0

request = function()
  count = count + 1
  local body = '{"key":"user:' .. (count % 1000) .. '"}'
  return wrk.format("POST", nil, { ["Content-Type"] = "application/json" }, body)
end

done = function(summary, latency, requests)
  io.write(string.format(
    "FIGURES %d %.0f %.0f %d\n", summary.requests / (summary.duration / 1e6),
    latency:percentile(50), latency:percentile(99),
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout))
end
