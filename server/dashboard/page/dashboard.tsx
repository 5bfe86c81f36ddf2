import 'uplot/dist/uPlot.min.css';
import './styles/tokens.css';
import './styles/page.css';
import './styles/parts.css';
import './styles/charts.css';
import './styles/folding-tables.css';
import { render } from 'preact';
import { routes } from '../../../contract/routes.ts';
import { ComparePage } from './pages/compare-page.tsx';
import { ExperimentPage, ReportPage } from './pages/experiment-page.tsx';
import { ExperimentsPage, ReportsPage } from './pages/experiments-page.tsx';
import { HealthPage } from './pages/health-page.tsx';
import { RunPage } from './pages/run-page.tsx';
import { TokenProvider } from './parts/token-dialog.tsx';

const element = document.getElementById('page');
if (element) render(<TokenProvider>{choosePage(location.pathname)}</TokenProvider>, element);

function choosePage(path: string) {
  const [place, ...rest] = path.slice(routes.dashboard.length).split('/').filter(Boolean).map(decode);
  if (place === 'runs') return <RunPage runId={rest[0] ?? ''} />;
  if (place === 'compare') return <ComparePage />;
  const [name, number] = rest;
  const isVersion = name !== undefined && number !== undefined;
  if (place === 'experiments') {
    return isVersion ? <ExperimentPage name={name} number={number} /> : <ExperimentsPage />;
  }
  if (place === 'reports') return isVersion ? <ReportPage name={name} number={number} /> : <ReportsPage />;
  return <HealthPage />;
}

/** What cannot be decoded stays as it is, for the service to refuse. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
