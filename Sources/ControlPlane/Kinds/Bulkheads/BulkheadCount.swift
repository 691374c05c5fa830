/// What is counted of a bulkhead.
enum BulkheadCount: Int, CountedFigure {
    case allowed, denied, waited, released, expired
}
