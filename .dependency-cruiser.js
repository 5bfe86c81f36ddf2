/** Which way things may import: see CONTRIBUTING. Tests may reach across, product code may not. */

const test = '(^|/)test/';

/** In this order, a later member may import an earlier one, never the reverse. */
const serverOrder = [
  '(domain-error|config|error-log|repeat-in-background|request-trace|service-log|launcher)[.]ts',
  'registry/',
  'aws/',
  '(delivery|telemetry)/',
  'performance/',
  'http/',
  'dashboard/',
  'app[.]ts',
  'assemble-(delivery|launcher)[.]ts|workers/',
  'assemble[.]ts',
  '(listen-or-exit|serve-alone|serve-as-worker|lead-workers|main|lambda|runner)[.]ts|lambda/',
];
const benchOrder = [
  'scenario[.]ts|scenario/',
  'metrics/',
  'engine/',
  'thresholds/',
  'measure/',
  'attribution/',
  'report/',
  'statistics/',
  'compare/',
  'lab/',
  'experiments/',
  'cli[.]ts|cli/',
];

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-orphans-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    floor('contract', ['bench', 'server', 'scripts', 'infra']),
    floor('bench', ['server', 'scripts', 'infra']),
    floor('server', ['scripts', 'infra']),
    floor('infra', ['bench', 'server', 'scripts']),
    {
      name: 'server-enters-bench-by-its-index',
      severity: 'error',
      from: { path: '^server/', pathNot: test },
      to: { path: '^bench/', pathNot: '^bench/(index|presentation)[.]ts$' },
    },
    {
      name: 'the-page-is-of-the-browser',
      severity: 'error',
      from: { path: '^server/dashboard/page/' },
      to: { path: '^(server/(?!dashboard/page/)|scripts/|bench/(?!presentation[.]ts$)|node:)' },
    },
    {
      name: 'only-the-bundler-enters-the-page',
      severity: 'error',
      from: { path: '^server/', pathNot: '(^server/dashboard/page/|/test/)' },
      to: { path: '^server/dashboard/page/' },
    },
    {
      name: 'bench-knows-no-aws',
      severity: 'error',
      from: { path: '^bench/', pathNot: test },
      to: { path: '@aws-sdk|@smithy' },
    },
    {
      name: 'domain-knows-no-aws',
      severity: 'error',
      from: { path: '^server/(registry|performance|delivery)/', pathNot: test },
      to: { path: '@aws-sdk|@smithy' },
    },
    {
      name: 'nothing-imports-tests',
      severity: 'error',
      from: { pathNot: test },
      to: { path: test },
    },
    ...ordered('server', serverOrder),
    ...ordered('bench', benchOrder),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};

function floor(folder, above) {
  return {
    name: `${folder}-stays-on-its-floor`,
    severity: 'error',
    from: { path: `^${folder}/`, pathNot: test },
    to: { path: `^(${above.join('|')})/` },
  };
}

function ordered(folder, order) {
  return order.slice(0, -1).map((member, index) => ({
    name: `${folder}-order-${index}`,
    severity: 'error',
    from: { path: `^${folder}/(${member})`, pathNot: test },
    to: { path: `^${folder}/(${order.slice(index + 1).join('|')})` },
  }));
}
