import { kindName } from '@broadstreet-sync/domain';
import {
  createRootRoute,
  createRoute,
  createRouter,
  Link,
  lazyRouteComponent,
  notFound,
  retainSearchParams,
} from '@tanstack/react-router';
import { Entrance } from './frame/entrance.tsx';
import {
  auditSearch,
  conflictsSearch,
  duplicatesSearch,
  type FrameSearch,
  frameSearch,
  historySearch,
  keysSearch,
  listSearch,
  localSearch,
  logInSearch,
  performanceSearch,
  runSearch,
  runsSearch,
  schedulesSearch,
} from './search.ts';
import { Page } from './ui/page.tsx';
import { Empty, Failure } from './ui/states.tsx';

function NoSuchPage() {
  return (
    <Page name="There is no such page">
      <Empty title="Nothing is at this address">
        <Link to="/" className="text-accent underline">
          Go to the home page
        </Link>
        , or press Ctrl-K and type what you look for.
      </Empty>
    </Page>
  );
}

const root = createRootRoute({
  component: Entrance,
  validateSearch: (search) => frameSearch.parse(search),
  search: { middlewares: [retainSearchParams<FrameSearch>(['network'])] },
  notFoundComponent: NoSuchPage,
  errorComponent: ({ error }) => <Failure error={error} onRetry={() => location.reload()} />,
});

const parseKind = ({ kind }: { kind: string }) => {
  const parsed = kindName.safeParse(kind);
  if (!parsed.success) throw notFound();
  return { kind: parsed.data };
};

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/home/home-page.tsx'), 'HomePage'),
});

const localOnly = createRoute({
  getParentRoute: () => root,
  path: '/local-only',
  validateSearch: (search) => localSearch.parse(search),
  component: lazyRouteComponent(() => import('./pages/local-only/local-only-page.tsx'), 'LocalOnlyPage'),
});

const runs = createRoute({
  getParentRoute: () => root,
  path: '/runs',
  validateSearch: (search) => runsSearch.parse(search),
  component: lazyRouteComponent(() => import('./pages/runs/runs-page.tsx'), 'RunsPage'),
});

const run = createRoute({
  getParentRoute: () => root,
  path: '/runs/$id',
  validateSearch: (search) => runSearch.parse(search),
  component: lazyRouteComponent(() => import('./pages/runs/run-page.tsx'), 'RunPage'),
});

const schedules = createRoute({
  getParentRoute: () => root,
  path: '/schedules',
  validateSearch: (search) => schedulesSearch.parse(search),
  component: lazyRouteComponent(() => import('./pages/schedules/schedules-page.tsx'), 'SchedulesPage'),
});

const conflicts = createRoute({
  getParentRoute: () => root,
  path: '/conflicts',
  validateSearch: (search) => conflictsSearch.parse(search),
  component: lazyRouteComponent(() => import('./pages/conflicts/conflicts-page.tsx'), 'ConflictsPage'),
});

const performance = createRoute({
  getParentRoute: () => root,
  path: '/performance',
  validateSearch: (search) => performanceSearch.parse(search),
  component: lazyRouteComponent(() => import('./pages/performance/performance-page.tsx'), 'PerformancePage'),
});

const history = createRoute({
  getParentRoute: () => root,
  path: '/history',
  validateSearch: (search) => historySearch.parse(search),
  component: lazyRouteComponent(() => import('./pages/history/history-page.tsx'), 'HistoryPage'),
});

const duplicates = createRoute({
  getParentRoute: () => root,
  path: '/duplicates',
  validateSearch: (search) => duplicatesSearch.parse(search),
  component: lazyRouteComponent(() => import('./pages/duplicates/duplicates-page.tsx'), 'DuplicatesPage'),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: lazyRouteComponent(() => import('./pages/settings/settings-page.tsx'), 'SettingsPage'),
});

const logIn = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: (search) => logInSearch.parse(search),
  component: lazyRouteComponent(() => import('./pages/log-in/go-on-page.tsx'), 'GoOnPage'),
});

const accessKeys = createRoute({
  getParentRoute: () => root,
  path: '/keys',
  validateSearch: (search) => keysSearch.parse(search),
  component: lazyRouteComponent(() => import('./pages/keys/keys-page.tsx'), 'KeysPage'),
});

const audit = createRoute({
  getParentRoute: () => root,
  path: '/audit',
  validateSearch: (search) => auditSearch.parse(search),
  component: lazyRouteComponent(() => import('./pages/audit/audit-page.tsx'), 'AuditPage'),
});

const kind = createRoute({
  getParentRoute: () => root,
  path: '/$kind',
  params: { parse: parseKind, stringify: ({ kind: name }) => ({ kind: name }) },
  validateSearch: (search) => listSearch.parse(search),
  component: lazyRouteComponent(() => import('./pages/kind/kind-page.tsx'), 'KindPage'),
});

const entity = createRoute({
  getParentRoute: () => root,
  path: '/$kind/$key',
  params: {
    parse: ({ key, ...rest }: { kind: string; key: string }) => ({ ...parseKind(rest), key }),
    stringify: (given) => given,
  },
  component: lazyRouteComponent(() => import('./pages/entity/entity-page.tsx'), 'EntityPage'),
});

/** Every page by its address. */
export function createPages() {
  return createRouter({
    routeTree: root.addChildren([
      home,
      localOnly,
      runs,
      run,
      schedules,
      conflicts,
      history,
      duplicates,
      performance,
      settings,
      logIn,
      accessKeys,
      audit,
      kind,
      entity,
    ]),
    defaultPreload: 'intent',
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPages>;
  }
}
