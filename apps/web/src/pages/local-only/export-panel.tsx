import type { OverviewView } from '@broadstreet-sync/contract';
import { type KindName, kindNames, kinds } from '@broadstreet-sync/domain';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { ArrowUpFromLine, Eye } from 'lucide-react';
import { useState } from 'react';
import { useRunStarter } from '../../frame/run-starter.ts';
import { useRun } from '../../queries/runs.ts';
import { RunCard } from '../../runs/run-card.tsx';
import { RunOutcome } from '../../runs/run-outcome.tsx';
import { hasEnded } from '../../runs/words.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Checkbox } from '../../ui/fields.tsx';

type Overview = OverviewView | undefined;

function countOf(overview: Overview, count: 'local' | 'edited' | 'to_remove'): number {
  return Object.values(overview?.kinds ?? {}).reduce((sum, each) => sum + each[count], 0);
}

function describeWaiting(overview: Overview): string {
  if (overview === undefined) return '';
  const parts = [
    [countOf(overview, 'local'), 'to create'],
    [countOf(overview, 'edited'), 'edited, to update'],
    [countOf(overview, 'to_remove'), 'to delete'],
  ] as const;
  const words = parts.filter(([count]) => count > 0).map(([count, word]) => `${count.toLocaleString()} ${word}`);
  return words.length === 0 ? 'Nothing waits to be exported.' : `${words.join(', ')} in Broadstreet.`;
}

/** Kinds that wait here, and are created only where a person confirms it. */
function toConfirm(overview: Overview): { kind: KindName; count: number }[] {
  return kindNames
    .filter((kind) => kinds[kind].confirmCreate === true)
    .map((kind) => ({ kind, count: overview?.kinds[kind]?.local ?? 0 }))
    .filter(({ count }) => count > 0);
}

/** Starts the export, at once or as a preview, and shows how it goes and how it ended. */
export function ExportPanel({ overview }: { readonly overview: Overview }) {
  const { run: runId } = useSearch({ from: '/local-only' });
  const navigate = useNavigate({ from: '/local-only' });
  const { data: run } = useRun(runId ?? null);
  const { start, isStarting } = useRunStarter();
  const [confirmed, setConfirmed] = useState<readonly KindName[]>([]);
  const [isLinking, setLinking] = useState(false);
  const confirmable = toConfirm(overview);
  const confirm = confirmable.map(({ kind }) => kind).filter((kind) => confirmed.includes(kind));
  const isExporting = run !== undefined && !hasEnded(run);

  async function begin(isPreview: boolean): Promise<void> {
    const body = {
      ...(isPreview ? { dry_run: true } : {}),
      ...(confirm.length === 0 ? {} : { confirm }),
      ...(isLinking ? { adopt: 'exact' as const } : {}),
    };
    const started = await start({ start: 'export', body });
    if (started === null) return;
    const shown = isPreview ? { plan: started.id } : { run: started.id };
    void navigate({ search: (before) => ({ ...before, ...shown }) });
  }

  return (
    <>
      <Card className="flex flex-wrap items-center gap-x-4 gap-y-3 p-4">
        <Button
          look="main"
          size="large"
          data-testid="sync-all-button"
          disabled={isStarting || isExporting}
          onClick={() => void begin(false)}
        >
          <ArrowUpFromLine /> {isExporting ? 'Exporting …' : 'Export all to Broadstreet'}
        </Button>
        <Button size="large" disabled={isStarting} onClick={() => void begin(true)}>
          <Eye /> Preview
        </Button>
        <p className="text-soft">{describeWaiting(overview)}</p>
        {countOf(overview, 'local') === 0 ? null : (
          <label htmlFor="link-exact" className="flex basis-full items-center gap-2">
            <Checkbox id="link-exact" checked={isLinking} onChange={({ target }) => setLinking(target.checked)} />
            Link what is in Broadstreet already, equal in all that is given, instead of creating it under another name.
          </label>
        )}
        {confirmable.map(({ kind, count }) => (
          <label key={kind} htmlFor={`confirm-${kind}`} className="flex basis-full items-center gap-2">
            <Checkbox
              id={`confirm-${kind}`}
              checked={confirmed.includes(kind)}
              onChange={({ target }) =>
                setConfirmed(target.checked ? [...confirmed, kind] : confirmed.filter((each) => each !== kind))
              }
            />
            Also create {count.toLocaleString()} {count === 1 ? kinds[kind].singular : kind}: Broadstreet can never
            delete {count === 1 ? 'it' : 'them'} again. Without this {count === 1 ? 'it stays' : 'they stay'} here, with
            what hangs on {count === 1 ? 'it' : 'them'}.
          </label>
        ))}
      </Card>
      {run === undefined ? null : hasEnded(run) ? (
        <RunOutcome
          run={run}
          onDismiss={() => void navigate({ search: (before) => ({ ...before, run: undefined }) })}
        />
      ) : (
        <RunCard run={run} />
      )}
    </>
  );
}
