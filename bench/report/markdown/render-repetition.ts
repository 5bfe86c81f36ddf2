import { movableVersion } from '../../../contract/model-id.ts';
import type { Report } from '../../../contract/report.ts';
import { routes } from '../../../contract/routes.ts';
import { defaultWorkload, scenarioNames } from '../../../contract/workload.ts';

/** How to make the run once more, with the delivery settings that held, whoever had set them; then where. */
export function renderRepetition(report: Report): string[] {
  return [writeRepetition(report), describeStage(report)];
}

function writeRepetition(report: Report): string {
  const { version } = report.workload;
  if (report.fingerprint.environment.backend === 'unavailable') {
    return ['```sh', writeRunCommand(report), '```'].join('\n');
  }
  if (version !== null && version !== movableVersion) {
    const body = JSON.stringify(listAsked(report), (_, value) => value ?? undefined, 2);
    return ['```http', `POST ${routes.workload}`, 'Content-Type: application/json', '', body, '```'].join('\n');
  }
  return ['```sh', writeTriggerCommand(report), '```'].join('\n');
}

/** The load as it was, whatever the scenario says by now. */
function writeRunCommand({ scenario, target }: Report): string {
  const { name, executor, vus, iterations, duration_seconds, max_duration_seconds, stages } = scenario;
  const seconds = duration_seconds ?? max_duration_seconds;
  const hasVus = executor !== 'ramping-vus' && executor !== 'constant-arrival-rate';
  const flags = [
    ...(hasVus ? [`--vus ${vus}`] : []),
    ...(iterations === null ? [] : [`--iterations ${iterations}`]),
    `--duration ${seconds ?? stages.reduce((sum, stage) => sum + stage.duration_seconds, 0)}s`,
    ...(target === null ? [] : [`--model ${target.model_id}`, `--version ${target.version}`]),
  ];
  return `npm run bench -- run ${isBuiltIn(scenario) ? name : `${name}.ts`} --target URL ${flags.join(' ')}`;
}

/** The command line asks for the movable version alone; another one is asked for in the trigger's body. */
function writeTriggerCommand(report: Report): string {
  const { scenario, num_clients, requests_per_client, model_id, duration_seconds, ...others } =
    listAsked(report);
  const { runner_tasks, allow_fewer, profile } = others;
  const isBurst = scenario === defaultWorkload.scenario;
  const flags = Object.entries({
    scenario: isBurst ? undefined : scenario,
    clients: num_clients,
    requests: isBurst && requests_per_client === 1 ? undefined : requests_per_client,
    model: model_id,
    duration: duration_seconds,
    runners: runner_tasks,
    'allow-fewer': allow_fewer === true ? '' : undefined,
    ...profile,
  }).flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [`--${name.replaceAll('_', '-')} ${value}`.trimEnd()],
  );
  return `npm run bench -- ${flags.join(' ')}`;
}

/** As fields of the trigger's body; null is left out of it. */
function listAsked({ workload, scenario, fingerprint }: Report) {
  const { num_clients, requests_per_client, model_id, version, duration_seconds } = workload;
  const { runner_tasks, allow_fewer } = workload;
  const { delivery, download_concurrency, s3_max_sockets } = fingerprint.subject;
  // Where the run set it: what a service may take by itself is a matter of its machine.
  const cache_bytes = workload.profile?.cache_bytes;
  return {
    scenario: scenario.name,
    num_clients,
    requests_per_client,
    model_id,
    version,
    duration_seconds,
    ...(runner_tasks === undefined ? {} : { runner_tasks }),
    ...(allow_fewer === undefined ? {} : { allow_fewer }),
    profile: { delivery, download_concurrency, s3_max_sockets, cache_bytes },
  };
}

/** What the command alone does not bring along. */
function describeStage({ fingerprint, scenario }: Report): string {
  switch (fingerprint.environment.backend) {
    case 'embedded':
      return '';
    case 'unavailable':
      return `At the same target, from a machine like this one${isBuiltIn(scenario) ? '' : ', with the scenario whose source has the SHA-256 above'}.`;
    case 'custom':
      return 'With `AWS_ENDPOINT_URL` set as it was, or by `trigger --url` through the same service.';
    default:
      return 'By `npm run bench -- trigger --url` with these flags, through the same service.';
  }
}

function isBuiltIn({ name }: Report['scenario']): boolean {
  return scenarioNames.some((one) => one === name);
}
