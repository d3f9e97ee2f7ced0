import type { SettingsView } from '@broadstreet-sync/contract';
import { Card, CardHead } from '../../ui/card.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Empty } from '../../ui/states.tsx';
import { Time } from '../../ui/times.tsx';

type Worker = SettingsView['workers'][number];

const compared = [
  ['base_url', 'BROADSTREET_API_URL'],
  ['rate', 'BROADSTREET_RATE'],
  ['read_only', 'BROADSTREET_READ_ONLY'],
  ['queue_prefix', 'QUEUE_PREFIX'],
  ['history_days', 'HISTORY_DAYS'],
] as const;

/** Names of settings in which a worker differs from the API. */
function differences(worker: Worker, api: SettingsView['api']): string[] {
  return compared.filter(([field]) => worker[field] !== api[field]).map(([, name]) => name);
}

const columnsFor = (api: SettingsView['api']): Column<Worker>[] => [
  {
    key: 'where',
    title: 'Where',
    cell: ({ host, pid }) => (
      <>
        <span className="font-medium">{host}</span> <span className="text-soft">process {pid}</span>
      </>
    ),
  },
  { key: 'since', title: 'Started', cell: ({ started_at }) => <Time at={started_at} /> },
  { key: 'address', title: 'Address', isExtra: true, cell: ({ base_url }) => base_url },
  { key: 'rate', title: 'Requests a second', isExtra: true, cell: ({ rate }) => rate },
  { key: 'writes', title: 'Writes', isExtra: true, cell: ({ read_only }) => (read_only ? 'refused' : 'allowed') },
  { key: 'days', title: 'History, days', isNumber: true, isExtra: true, cell: ({ history_days }) => history_days },
  {
    key: 'same',
    title: 'As the API',
    cell: (worker) => {
      const others = differences(worker, api);
      return others.length === 0 ? (
        <span className="text-good">yes</span>
      ) : (
        <span className="text-bad">other: {others.join(', ')}</span>
      );
    },
  },
];

/** The processes that do the work, and whether they were started as the API was. */
export function WorkersCard({ settings: { workers, api } }: { readonly settings: SettingsView }) {
  return (
    <Card>
      <CardHead title={`Workers (${workers.length.toLocaleString()})`} />
      {workers.length === 0 ? (
        <Empty title="No worker is running">Nothing is imported or exported. Start one with npm run worker.</Empty>
      ) : (
        <DataTable
          label="Workers"
          columns={columnsFor(api)}
          rows={workers}
          keyOf={({ host, pid }) => `${host} ${pid}`}
          nameOf={({ host, pid }) => `${host} ${pid}`}
        />
      )}
    </Card>
  );
}
