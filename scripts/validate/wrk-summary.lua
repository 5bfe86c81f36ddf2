-- Has wrk print what it counted and measured as one line of JSON, latencies in microseconds.
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"errors":%d,"p50":%d,"p95":%d,"p99":%d}\n',
    summary.requests,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(95), latency:percentile(99)
  ))
end
