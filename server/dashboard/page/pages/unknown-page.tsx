import { routes } from '../../../../contract/routes.ts';
import { Notice } from '../parts/notice.tsx';
import { Shell } from '../parts/shell.tsx';
import { UserText } from '../parts/user-text.tsx';

/** What the service answers 404 with, where a person asks for a page that there is not. */
export function UnknownPage({ path }: { path: string }) {
  return (
    <Shell place="No such page">
      <h1>No such page</h1>
      <Notice kind="bad" title={<UserText text={path} />}>
        is none of the dashboard's pages. <a href={routes.dashboard}>Health and all runs</a>
      </Notice>
    </Shell>
  );
}
