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
import { UnknownPage } from './pages/unknown-page.tsx';
import { TokenProvider } from './parts/token-dialog.tsx';

const element = document.getElementById('page');
if (element) render(<TokenProvider>{choosePage(location.pathname)}</TokenProvider>, element);

function choosePage(path: string) {
  const parts = path.slice(routes.dashboard.length).split('/').filter(Boolean).map(decode);
  const [place = '', name = '', number = null] = parts;
  switch (`${place} ${parts.length}`) {
    case ' 0':
      return <HealthPage />;
    case 'runs 2':
      return <RunPage runId={name} />;
    case 'compare 1':
      return <ComparePage />;
    case 'experiments 1':
      return <ExperimentsPage />;
    case 'experiments 2':
    case 'experiments 3':
      return <ExperimentPage name={name} number={number} />;
    case 'reports 1':
      return <ReportsPage />;
    case 'reports 2':
    case 'reports 3':
      return <ReportPage name={name} number={number} />;
    default:
      return <UnknownPage path={path} />;
  }
}

/** What cannot be decoded stays as it is, for the service to refuse. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
