import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Components } from '../../../../contract/health.ts';
import { routes } from '../../../../contract/routes.ts';
import { getJson } from '../http/api.ts';
import { useResource } from '../http/use-resource.ts';
import { ErrorBoundary } from './error-boundary.tsx';
import { StatusDot } from './status-dot.tsx';

const pagePlaces = [
  { path: routes.dashboard, name: 'Health' },
  { path: `${routes.dashboard}/compare`, name: 'Compare' },
  { path: `${routes.dashboard}/experiments`, name: 'Experiments' },
  { path: `${routes.dashboard}/reports`, name: 'Reports' },
] as const;

/** What stands around every page: where one is, and whether the service is well. */
export function Shell({ place, children }: { place: string; children: ComponentChildren }) {
  useEffect(() => {
    document.title = `${place} · modelrig`;
  }, [place]);
  return (
    <>
      <a class="skip" href="#main">
        Skip to content
      </a>
      <header class="site">
        <a class="brand" href={routes.dashboard}>
          modelrig
        </a>
        <nav aria-label="Pages">
          {pagePlaces.map(({ path, name }) => (
            <a key={path} href={path} {...(name === place ? { 'aria-current': 'page' as const } : {})}>
              {name}
            </a>
          ))}
        </nav>
        <ServiceStatus />
      </header>
      <main id="main" tabIndex={-1}>
        <ErrorBoundary>{children}</ErrorBoundary>
      </main>
    </>
  );
}

const everyMs = 10_000;

function ServiceStatus() {
  const { data, error } = useResource('components', loadComponents, { everyMs });
  if (error) return <StatusDot status="down">service unreachable</StatusDot>;
  if (!data) return <span class="status" />;
  const unwell = data.components.filter(({ status }) => status !== 'ok');
  const isDown = unwell.some(({ status }) => status === 'down');
  const only = unwell.length === 1 ? unwell[0] : undefined;
  if (unwell.length === 0) return <StatusDot status="ok">all components ok</StatusDot>;
  return (
    <StatusDot status={isDown ? 'down' : 'degraded'}>
      <span title={unwell.map(({ display_name, reason }) => `${display_name}: ${reason}`).join('\n')}>
        {unwell.map(({ id, status }) => `${id} ${status}`).join(', ')}
      </span>
      {only?.reason ? <span class="why">{only.reason}</span> : null}
    </StatusDot>
  );
}

export function loadComponents(signal: AbortSignal): Promise<Components> {
  return getJson<Components>(routes.components, { signal, maxAgeSeconds: 2 });
}
