import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { formatCount } from '../../../../bench/presentation.ts';
import type { ModelsPage } from '../../../../contract/models.ts';
import type { TriggerAnswer } from '../../../../contract/results.ts';
import { routes, runPagePath } from '../../../../contract/routes.ts';
import type { Scenarios } from '../../../../contract/scenarios.ts';
import { ApiError, getJson, postJson } from '../http/api.ts';
import { useResource } from '../http/use-resource.ts';
import {
  type FormValues,
  listLimits,
  listWorkloadFields,
  nameLabels,
  toWorkload,
} from '../model/workload-form.ts';
import { LoadError, Notice } from './notice.tsx';
import { useToken } from './token-dialog.tsx';

const mostModels = 1_000;

/** Starts a run. What is left empty is the scenario's own; what is wrong, the service says, at its field. */
export function TriggerForm({ repeat }: { repeat: FormValues }) {
  const scenarios = useResource('scenarios', (signal) => getJson<Scenarios>(routes.scenarios, { signal }));
  const [values, setValues] = useState<FormValues>(repeat);
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
  const [problem, setProblem] = useState<ApiError | null>(null);
  const [isSending, setSending] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const withToken = useToken();
  const set = (name: string) => (value: string) => setValues((before) => ({ ...before, [name]: value }));

  useEffect(() => {
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [faults]);

  if (scenarios.error) return <LoadError what="The form" error={scenarios.error} retry={scenarios.reload} />;
  const chosen = scenarios.data?.scenarios.find(({ name }) => name === (values.scenario || 'burst-100'));
  const { defaults, takes } = chosen ?? {};
  const settings = scenarios.data?.delivery_settings;
  const limits = listLimits(values['profile.delivery'] || settings?.delivery);

  const send = async () => {
    setSending(true);
    setProblem(null);
    setFaults({});
    try {
      const answer = await withToken(() =>
        postJson<TriggerAnswer>(routes.workload, toWorkload(values, limits)),
      );
      location.assign(runPagePath(answer.run_id));
    } catch (error) {
      setSending(false);
      if (!(error instanceof ApiError)) throw error;
      const shown = new Set(listWorkloadFields(takes ?? []));
      const errors = error.problem?.errors ?? [];
      setFaults(
        Object.fromEntries(errors.map(({ field, allowed }) => [field, `Allowed: ${nameLabels(allowed)}`])),
      );
      if (errors.length === 0 || errors.some(({ field }) => !shown.has(field))) setProblem(error);
    }
  };

  const field = (name: string) => ({ value: values[name] ?? '', onValue: set(name), fault: faults[name] });
  const has = (name: string) => (takes as readonly string[] | undefined)?.includes(name) ?? true;
  return (
    <form
      ref={form}
      class="trigger"
      aria-label="Start a run"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Choice
        label="Scenario"
        {...field('scenario')}
        help={chosen ? `${chosen.load} · ${chosen.executor}` : '…'}
      >
        {scenarios.data?.scenarios.map(({ name }) => (
          <option key={name} value={name === 'burst-100' ? '' : name}>
            {name}
          </option>
        ))}
      </Choice>
      <div class="pair">
        {has('num_clients') ? (
          <Entry label="Clients" {...field('num_clients')} hint={show(defaults?.num_clients)} isNumber />
        ) : null}
        {has('requests_per_client') ? (
          <Entry
            label="Requests"
            {...field('requests_per_client')}
            hint={show(defaults?.requests_per_client)}
            isNumber
          />
        ) : null}
        <Entry
          label="Deadline, s"
          {...field('duration_seconds')}
          hint={show(defaults?.duration_seconds)}
          isNumber
        />
        {has('runner_tasks') ? (
          <Entry
            label={scenarios.data ? `Runners, to ${formatCount(scenarios.data.most_runners)}` : 'Runners'}
            {...field('runner_tasks')}
            hint="1"
            isNumber
          />
        ) : null}
      </div>
      {has('model_id') ? (
        <div class="pair wide-first">
          <ModelEntry {...field('model_id')} hint={defaults?.model_id ?? ''} />
          <Entry label="Version" {...field('version')} hint={defaults?.version ?? ''} />
        </div>
      ) : null}
      {has('experiment') ? (
        <div class="pair wide-first">
          <Entry label="Experiment" {...field('experiment')} hint="none" />
          <Choice label="Phase" {...field('phase')}>
            <option value="">–</option>
            <option value="before">before</option>
            <option value="after">after</option>
          </Choice>
        </div>
      ) : null}
      <details open={Object.keys(values).some((name) => name.startsWith('profile.') && values[name])}>
        <summary>Delivery for this run alone</summary>
        <Choice label="Strategy" {...field('profile.delivery')}>
          <option value="">the service's own{settings ? `: ${settings.delivery}` : ''}</option>
          {['blocking', 'buffered', 'streamed', 'cached', 'redirected'].map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </Choice>
        <div class="pair">
          {limits.includes('profile.download_concurrency') ? (
            <Entry
              label="Downloads at once"
              {...field('profile.download_concurrency')}
              hint={show(settings?.download_concurrency)}
              isNumber
            />
          ) : null}
          {limits.includes('profile.s3_max_sockets') ? (
            <Entry
              label="S3 connections"
              {...field('profile.s3_max_sockets')}
              hint={show(settings?.s3_max_sockets)}
              isNumber
            />
          ) : null}
          {limits.includes('profile.cache_bytes') ? (
            <Entry
              label="Memory, bytes"
              {...field('profile.cache_bytes')}
              hint={show(settings?.cache_bytes)}
              isNumber
            />
          ) : null}
        </div>
      </details>
      <Entry label="Note" {...field('note')} hint="shown in the report" />
      {problem ? (
        <Notice kind="bad" title="Not started." isAlert>
          {problem.message}{' '}
          {problem.problem?.active_run_id ? (
            <a href={runPagePath(problem.problem.active_run_id)}>Watch that run</a>
          ) : null}
        </Notice>
      ) : null}
      <button type="submit" class="primary" disabled={isSending || !scenarios.data}>
        {isSending ? 'Starting' : 'Start run'}
      </button>
    </form>
  );
}

function show(value: number | null | undefined): string {
  return value === null || value === undefined ? "scenario's own" : formatCount(value);
}

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly fault: string | undefined;
  readonly help?: string;
}

function Entry({
  label,
  value,
  onValue,
  fault,
  hint,
  isNumber,
  list,
}: FieldProps & { hint: string; isNumber?: boolean; list?: string }) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="text"
        autocomplete="off"
        spellcheck={false}
        placeholder={hint}
        value={value}
        onInput={(event) => onValue(event.currentTarget.value)}
        {...(isNumber ? { inputMode: 'numeric' as const } : {})}
        {...(list ? { list } : {})}
        {...describeFault(id, fault)}
      />
      <Fault id={id} fault={fault} />
    </div>
  );
}

function Choice({
  label,
  value,
  onValue,
  fault,
  help,
  children,
}: FieldProps & { children: ComponentChildren }) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        value={value}
        onChange={(event) => onValue(event.currentTarget.value)}
        {...describeFault(id, fault)}
      >
        {children}
      </select>
      {help ? <p class="help">{help}</p> : null}
      <Fault id={id} fault={fault} />
    </div>
  );
}

function describeFault(id: string, fault: string | undefined) {
  return fault === undefined ? {} : { 'aria-invalid': true as const, 'aria-describedby': `${id}-fault` };
}

function Fault({ id, fault }: { id: string; fault: string | undefined }) {
  return fault === undefined ? null : (
    <p class="fault" id={`${id}-fault`}>
      {fault}
    </p>
  );
}

/** The registry's models to choose from once somebody types; any other name may be typed, too. */
function ModelEntry(props: Omit<FieldProps, 'label'> & { hint: string }) {
  const [isWanted, setWanted] = useState(false);
  const models = useResource(isWanted ? 'models' : null, listModels);
  const id = useId();
  return (
    <div onFocusIn={() => setWanted(true)}>
      <Entry {...props} label="Model" list={id} />
      <datalist id={id}>
        {models.data?.map((model) => (
          <option key={model} value={model} />
        ))}
      </datalist>
      {models.error ? <p class="help">The registry's models cannot be listed: {models.error.message}</p> : null}
    </div>
  );
}

async function listModels(signal: AbortSignal): Promise<string[]> {
  const ids = new Set<string>();
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: ModelsPage = await getJson<ModelsPage>(`${routes.models}?limit=100${query}`, { signal });
    for (const { model_id } of page.models) ids.add(model_id);
    cursor = page.next_cursor;
  } while (cursor !== null && ids.size < mostModels);
  return [...ids].toSorted();
}
