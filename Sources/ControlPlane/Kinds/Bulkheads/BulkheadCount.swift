/// What is counted of a bulkhead.
enum BulkheadCount: Int, TallyFigure {
    case allowed, denied, waited, released, expired
}
