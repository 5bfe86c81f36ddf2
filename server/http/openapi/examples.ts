import { defaultWorkload } from '../../../contract/workload.ts';

/** What the documents look like, with the figures of the system that the API was written for. */
const runId = '550e8400-e29b-41d4-a716-446655440000';
const distribution = {
  count: 100,
  mean_ms: 51257.91,
  median_ms: 52931.2,
  p90_ms: 60412.5,
  p95_ms: 62110.07,
  p99_ms: 63174.26,
  min_ms: 12706.16,
  max_ms: 63189.94,
};

export const exampleTrigger = { num_clients: 100, model_id: 'arnir0/Tiny-LLM', duration_seconds: 300 };

export const exampleTriggerAnswer = {
  run_id: runId,
  status: 'started',
  estimated_completion: '2024-01-15T10:05:00.000Z',
};

const listedRun = {
  run_id: runId,
  status: 'completed',
  started_at: '2024-01-15T10:00:00.000Z',
  completed_at: '2024-01-15T10:01:03.000Z',
  estimated_completion: '2024-01-15T10:05:00.000Z',
  metrics: {
    throughput: { requests_per_second: 1.58, bytes_per_second: 39296263.99 },
    latency: { ...distribution, censored: 0 },
    first_byte: distribution,
    error_rate: 0,
    success_rate: 100,
    total_requests: 100,
    total_bytes: 2483400900,
    duration_seconds: 63.2,
  },
  cancel_requested: false,
  failure_reason: null,
  verdict: { value: 'valid', reasons: [] },
  labels: [],
  stopped_because: null,
  crossed_thresholds: [],
  workload: defaultWorkload,
  delivery_settings: { delivery: 'streamed', download_concurrency: 100, s3_max_sockets: 150 },
  documents: { 'report.json': `/health/performance/results/${runId}/documents/report.json` },
};

export const exampleResults = { ...listedRun, progress: null, activity: null, planned_seconds: null };
export const exampleResultsPage = { runs: [listedRun], next_cursor: null };

export const exampleCurve = {
  points: [
    {
      elapsed_seconds: 1.002,
      total_requests: 100,
      done: 3,
      failed: 0,
      in_flight: 97,
      received_bytes: 98123456,
      bytes_per_second: 98123456,
    },
  ],
};

export const exampleComparison = {
  a: runId,
  b: runId,
  is_comparable: true,
  differences: [],
  subject: [{ field: 'subject.delivery', a: 'buffered', b: 'streamed' }],
  figures: [
    {
      name: 'goodput',
      title: 'goodput: verified bytes by the end or the deadline',
      unit: 'B/s',
      better: 'higher',
      a: 19648131.99,
      b: 39296263.99,
      a_at_least: false,
      b_at_least: false,
      ratio: 2,
    },
  ],
  doubts: [],
};

export const exampleVersion = {
  model_id: 'arnir0/Tiny-LLM',
  id: 'arnir0_Tiny-LLM',
  version: 'main',
  size_bytes: 24834009,
  digest: `sha256:${'0'.repeat(64)}`,
  published_at: '2024-01-15T09:00:00.000Z',
  download: '/performance/arnir0_Tiny-LLM/main/model.zip',
};

export const exampleComponents = {
  components: [
    {
      id: 'performance',
      status: 'ok',
      reason: null,
      display_name: 'Performance Testing',
      description: 'Measures throughput and latency.',
      metrics: {
        latest_run_id: runId,
        latest_throughput_mbps: 37.48,
        latest_p99_latency_ms: 63174.26,
        total_runs_completed: 1,
      },
    },
  ],
};

export const exampleRunId = runId;

export const exampleVersionOfExperiment = {
  name: 'streamed-over-buffered',
  number: 1,
  started_at: '2024-01-15T10:00:00.000Z',
  completed_at: '2024-01-15T10:20:00.000Z',
  run_id: runId,
  pairs: 8,
  verdict: { value: 'BETTER', reasons: [], is_detectable: false, is_at_least: false },
  answer: 'BETTER: 2.31 times the goodput (95 % interval 2.12 to 2.52, 8 pairs)',
  documents: {
    'report.json': '/health/performance/experiments/streamed-over-buffered/1/documents/report.json',
  },
};

export const exampleExperiment = {
  name: 'streamed-over-buffered',
  versions: [exampleVersionOfExperiment],
  runs: [{ run_id: runId, phase: 'after', started_at: '2024-01-15T10:19:00.000Z' }],
};
