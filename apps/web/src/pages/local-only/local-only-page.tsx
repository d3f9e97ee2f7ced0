import { type KindName, kindNames, kinds } from '@broadstreet-sync/domain';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { FileUp, ListTree, Rows3 } from 'lucide-react';
import { useState } from 'react';
import { useNetwork } from '../../frame/network.ts';
import { NewEntityDialog } from '../../kinds/entity-dialog.tsx';
import { useOverview } from '../../queries/status.ts';
import { Button } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { Empty, Failure, Waiting } from '../../ui/states.tsx';
import { CsvDialog } from './csv-dialog.tsx';
import { ExportPanel } from './export-panel.tsx';
import { LocalList } from './local-list.tsx';
import { LocalTree } from './local-tree.tsx';
import { NewMenu } from './new-menu.tsx';
import { PlanPreview } from './plan-preview.tsx';
import type { ChosenLocal } from './selection.ts';
import { SelectionBar } from './selection-bar.tsx';

/** What was made here and is still to be exported, and the export of it. */
export function LocalOnlyPage() {
  const { plan, q, view } = useSearch({ from: '/local-only' });
  const navigate = useNavigate({ from: '/local-only' });
  const { network } = useNetwork();
  const { data: overview, error, refetch } = useOverview(network);
  const [newKind, setNewKind] = useState<KindName | null>(null);
  const [isReadingCsv, setReadingCsv] = useState(false);
  const [chosen, setChosen] = useState<readonly ChosenLocal[]>([]);
  const withLocal = kindNames.filter((kind) => (overview?.kinds[kind]?.local ?? 0) > 0);

  return (
    <Page
      name="Local entities"
      lead="Prepared here, and not in Broadstreet yet. The export creates them there, each exactly once, parents first."
      actions={
        <>
          <Button onClick={() => setReadingCsv(true)}>
            <FileUp /> From a CSV file
          </Button>
          <NewMenu onNew={setNewKind} />
        </>
      }
    >
      <ExportPanel overview={overview} />
      {plan === undefined ? null : (
        <PlanPreview
          id={plan}
          onClose={() => void navigate({ search: (before) => ({ ...before, plan: undefined }) })}
        />
      )}
      {error !== null && overview === undefined ? <Failure error={error} onRetry={() => void refetch()} /> : null}
      {error === null && overview === undefined ? <Waiting /> : null}
      {overview !== undefined && withLocal.length === 0 ? (
        <Empty title="Nothing is local" action={<NewMenu onNew={setNewKind} />}>
          Make an advertiser, a zone, an ad, a campaign or a placement here; with one export all of it goes to
          Broadstreet.
        </Empty>
      ) : null}
      {withLocal.length === 0 ? null : (
        <div className="flex flex-wrap items-center justify-between gap-2">
          <SearchBox
            label="Search local entities by name"
            className="w-full sm:w-80"
            value={q ?? ''}
            onChange={(typed) =>
              void navigate({ search: (before) => ({ ...before, q: typed || undefined }), replace: true })
            }
          />
          <ViewSwitch
            isTree={view === 'tree'}
            onChange={(isTree) =>
              void navigate({ search: (before) => ({ ...before, view: isTree ? 'tree' : undefined }), replace: true })
            }
          />
          <SelectionBar chosen={chosen} onDone={() => setChosen([])} />
        </div>
      )}
      {withLocal.length > 0 && view === 'tree' ? <LocalTree /> : null}
      {view === 'tree'
        ? null
        : withLocal.map((kind) => (
            <LocalList key={kind} kind={kinds[kind]} q={q} chosen={chosen} onChoose={setChosen} />
          ))}
      <CsvDialog isOpen={isReadingCsv} onClose={() => setReadingCsv(false)} />
      <NewEntityDialog kind={newKind} onClose={() => setNewKind(null)} />
    </Page>
  );
}

interface ViewSwitchProps {
  readonly isTree: boolean;
  readonly onChange: (isTree: boolean) => void;
}

function ViewSwitch({ isTree, onChange }: ViewSwitchProps) {
  return (
    <fieldset className="flex">
      <legend className="sr-only">View</legend>
      <Button
        aria-pressed={!isTree}
        className="rounded-r-none aria-pressed:bg-accent-soft"
        onClick={() => onChange(false)}
      >
        <Rows3 /> Lists
      </Button>
      <Button
        aria-pressed={isTree}
        className="-ml-px rounded-l-none aria-pressed:bg-accent-soft"
        onClick={() => onChange(true)}
      >
        <ListTree /> Tree
      </Button>
    </fieldset>
  );
}
