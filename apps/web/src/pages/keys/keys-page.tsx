import type { KeyView } from '@broadstreet-sync/contract';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import { keyPageSize, useKeys, useRevokeKey, useSession } from '../../queries/access.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Page } from '../../ui/page.tsx';
import { PagedTable } from '../../ui/paged-table.tsx';
import { Empty, messageOf } from '../../ui/states.tsx';
import { Time } from '../../ui/times.tsx';
import { NewKeyDialog } from './new-key-dialog.tsx';

const columnsFor = (onRevoke: (key: KeyView) => void): Column<KeyView>[] => [
  { key: 'name', title: 'Name', cell: ({ name }) => <span className="font-medium">{name}</span> },
  { key: 'role', title: 'Role', cell: ({ role }) => role },
  { key: 'key', title: 'Key', isExtra: true, cell: ({ prefix }) => <code>{prefix}…</code> },
  {
    key: 'made',
    title: 'Made',
    isExtra: true,
    cell: ({ created_at, created_by }) => (
      <>
        <Time at={created_at} /> <span className="text-soft">by {created_by}</span>
      </>
    ),
  },
  {
    key: 'used',
    title: 'Last used',
    cell: ({ last_used_at }) =>
      last_used_at === null ? <span className="text-soft">never</span> : <Time at={last_used_at} />,
  },
  {
    key: 'state',
    title: 'State',
    cell: (key) =>
      key.revoked_at === null ? (
        <Button size="small" look="danger" aria-label={`Revoke ${key.name}`} onClick={() => onRevoke(key)}>
          Revoke
        </Button>
      ) : (
        <Badge>
          revoked <Time at={key.revoked_at} />
        </Badge>
      ),
  },
];

/** Who may reach the API and the dashboard, and what each may do there. */
export function KeysPage() {
  const { page = 1 } = useSearch({ from: '/keys' });
  const navigate = useNavigate({ from: '/keys' });
  const { data: session } = useSession();
  const [isMaking, setMaking] = useState(false);
  const [doomed, setDoomed] = useState<KeyView | null>(null);
  return (
    <Page
      name="Keys"
      lead={
        session?.needs_key === false
          ? 'No key was made yet: whoever is at this machine may do everything. With the first key, everybody needs one.'
          : 'Who may reach the API and this dashboard, and what each may do: viewers read, operators change and start, admins hand out keys.'
      }
      actions={
        <Button look="main" onClick={() => setMaking(true)}>
          <Plus /> New key
        </Button>
      }
    >
      <Card>
        <PagedTable
          asked={useKeys(page)}
          empty={
            <Empty title="There is no key">The first one should be an admin’s: it is then asked for everywhere.</Empty>
          }
          label="Keys"
          columns={columnsFor(setDoomed)}
          keyOf={({ id }) => id}
          nameOf={({ name }) => name}
          page={page}
          pageSize={keyPageSize}
          onPage={(next) => void navigate({ search: (before) => ({ ...before, page: next }) })}
        />
      </Card>
      <NewKeyDialog isOpen={isMaking} onClose={() => setMaking(false)} isFirst={session?.needs_key === false} />
      <RevokeDialog doomed={doomed} onClose={() => setDoomed(null)} />
    </Page>
  );
}

function RevokeDialog({ doomed, onClose }: { readonly doomed: KeyView | null; readonly onClose: () => void }) {
  const revoke = useRevokeKey();
  return (
    <Dialog
      isOpen={doomed !== null}
      onClose={onClose}
      title={`Revoke ${doomed?.name ?? ''}?`}
      description="It is of no use from then on, and all log-ins by it end. This cannot be taken back."
    >
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Not now</Button>
        <Button
          look="danger"
          disabled={revoke.isPending}
          onClick={() => {
            if (doomed === null) return;
            revoke.mutate(doomed.id, { onError: (error) => toast.error(messageOf(error)), onSettled: onClose });
          }}
        >
          Revoke
        </Button>
      </div>
    </Dialog>
  );
}
