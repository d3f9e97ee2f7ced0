import type { RunView } from '@broadstreet-sync/contract';
import { kindNames, kinds, parentField } from '@broadstreet-sync/domain';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { nameOfReference } from '../../kinds/entity.ts';
import { useNames } from '../../queries/entities.ts';
import { usePlan, useRun } from '../../queries/runs.ts';
import { LevelPicture } from '../../runs/level-picture.tsx';
import { PlanSummary } from '../../runs/plan-summary.tsx';
import { PlanTable } from '../../runs/plan-table.tsx';
import { RunCard } from '../../runs/run-card.tsx';
import { RunStatus } from '../../runs/run-status.tsx';
import { describeChanges, hasEnded, refusedOf, runTitle } from '../../runs/words.ts';
import type { runTabs } from '../../search.ts';
import { Card } from '../../ui/card.tsx';
import { Page } from '../../ui/page.tsx';
import { sentences } from '../../ui/sentences.ts';
import { Failure, Waiting } from '../../ui/states.tsx';
import { type Tab, Tabs } from '../../ui/tabs.tsx';
import { Time } from '../../ui/times.tsx';
import { HeldListsCard } from './held-lists-card.tsx';
import { RunActions } from './run-actions.tsx';
import { RunChanges } from './run-changes.tsx';
import { RunErrors } from './run-errors.tsx';
import { RunTasks } from './run-tasks.tsx';

/** One import or export: how far it is, what it changed, what went wrong. */
export function RunPage() {
  const { id } = useParams({ from: '/runs/$id' });
  const { data: run, error, refetch } = useRun(id);
  if (run === undefined) {
    return (
      <Page name="Run">{error === null ? <Waiting /> : <Failure error={error} onRetry={() => void refetch()} />}</Page>
    );
  }
  return (
    <Page
      name={`${runTitle(run)} of ${new Date(run.created_at).toLocaleString()}`}
      title={
        <span className="flex flex-wrap items-center gap-2.5">
          {runTitle(run)} <RunStatus run={run} />
        </span>
      }
      lead={<Lead run={run} />}
      actions={<RunActions run={run} />}
    >
      {run.error === null ? null : (
        <p role="alert" className="rounded-lg bg-bad-soft px-4 py-3 text-bad">
          {sentences(run.error.message, run.error.remedy)}
        </p>
      )}
      {run.links.confirm === null ? null : <HeldListsCard run={run} />}
      <LevelPicture run={run} />
      <RunTabs key={run.id} run={run} />
    </Page>
  );
}

function Lead({ run }: { readonly run: RunView }) {
  return (
    <>
      Asked for <Time at={run.created_at} /> {byWhom(run)} on {run.account.mode.toUpperCase()} {run.account.host}
      <Limits run={run} />
      {hasEnded(run) ? `: ${describeChanges(run)}` : ''}
      {run.retry_of === null ? null : (
        <>
          ; retries{' '}
          <Link to="/runs/$id" params={{ id: run.retry_of }} className="text-accent hover:underline">
            an earlier run
          </Link>
        </>
      )}
      .
    </>
  );
}

/** Who asked for a run, where that is not somebody at the API. */
function byWhom({ requested_by, schedule }: RunView): string {
  if (requested_by !== 'api') return ` by ${requested_by}`;
  return schedule === null ? '' : `, before its time, as the schedule “${schedule.name}” says,`;
}

const modeWords: Readonly<Partial<Record<RunView['mode'], string>>> = {
  fresh: ', as if nothing had been here',
  due: ', of lists that were due',
};

/** What a run was limited to, in words; nothing where it is of all. */
function Limits({ run: { mode, filters } }: { readonly run: RunView }) {
  const references = kindNames.flatMap((kind) => {
    const id = filters[parentField(kind)];
    return typeof id === 'number' || typeof id === 'string' ? [{ kind, id }] : [];
  });
  const names = useNames(references);
  const { ids, name } = filters;
  const count = Array.isArray(ids) ? ids.length : 0;
  return (
    <>
      {modeWords[mode] ?? ''}
      {references.map((reference) => (
        <span key={reference.kind}>
          , only {kinds[reference.kind].singular} <bdi>{nameOfReference(reference, names)}</bdi>
        </span>
      ))}
      {count === 0 ? '' : `, only ${count.toLocaleString()} that were named`}
      {typeof name === 'string' ? `, only what is called “${name}”` : ''}
    </>
  );
}

function RunTabs({ run }: { readonly run: RunView }) {
  const { tab } = useSearch({ from: '/runs/$id' });
  const navigate = useNavigate({ from: '/runs/$id' });
  const refused = refusedOf(run);
  const tabs: Tab<(typeof runTabs)[number]>[] = [
    { key: 'progress', title: 'Progress', content: () => <RunCard run={run} isLinked={false} /> },
    {
      key: 'errors',
      title: refused === 0 ? 'Errors' : `Errors (${refused.toLocaleString()})`,
      content: () => <RunErrors run={run} />,
    },
    ...(run.links.plan === null ? [] : [{ key: 'plan' as const, title: 'Plan', content: () => <RunPlan run={run} /> }]),
    {
      key: 'changes',
      title: 'Changes',
      content: () => <RunChanges run={run} />,
    },
    { key: 'tasks', title: 'Tasks', content: () => <RunTasks run={run} /> },
  ];
  return (
    <Tabs
      label="Views of the run"
      tabs={tabs}
      open={tab ?? 'progress'}
      onOpen={(key) =>
        void navigate({
          search: (before) => ({ ...before, tab: key, kind: undefined, page: undefined }),
          replace: true,
        })
      }
    />
  );
}

function RunPlan({ run }: { readonly run: RunView }) {
  const { data, error, refetch } = usePlan(run.id, true);
  if (error !== null) return <Failure error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Waiting />;
  return (
    <Card>
      <PlanSummary summary={data.summary} />
      <PlanTable items={data.items} total={data.total} />
    </Card>
  );
}
