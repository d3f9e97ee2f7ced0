import { type EntityKind, kinds, titleOf } from '@broadstreet-sync/domain';
import { Link, useParams } from '@tanstack/react-router';
import { ProblemError } from '../../api/problem.ts';
import { useRunStarter } from '../../frame/run-starter.ts';
import { isLocal, keyOf, nameOf, originOf, referencesOf } from '../../kinds/entity.ts';
import { EntityMarks } from '../../kinds/entity-marks.tsx';
import { OriginBadge } from '../../kinds/origin-badge.tsx';
import { type TaggedEntity, useEntity, useNames } from '../../queries/entities.ts';
import { Button } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { Empty, Failure, Waiting } from '../../ui/states.tsx';
import { Time } from '../../ui/times.tsx';
import { Candidates } from './candidates.tsx';
import { Children } from './children.tsx';
import { ConflictNotice } from './conflict-notice.tsx';
import { DeletionNotice } from './deletion-notice.tsx';
import { EntityActions } from './entity-actions.tsx';
import { EntityErrors } from './entity-errors.tsx';
import { EntityFieldsCard } from './entity-fields-card.tsx';
import { History } from './history.tsx';

/** One entity, local or remote: its fields, what it hangs on, what hangs on it, what went wrong. */
export function EntityPage() {
  const { kind: name, key } = useParams({ from: '/$kind/$key' });
  const kind = kinds[name];
  const { data, error, refetch } = useEntity(name, key);
  if (data === undefined) {
    return (
      <Page
        name={titleOf(kind)}
        title={
          <Link to="/$kind" params={{ kind: name }} className="hover:underline">
            {titleOf(kind)}
          </Link>
        }
      >
        {error === null ? <Waiting /> : null}
        {isNotFound(error) ? <NotHere kind={kind} error={error} /> : null}
        {error === null || isNotFound(error) ? null : <Failure error={error} onRetry={() => void refetch()} />}
      </Page>
    );
  }
  // By its key: a form that is open stays with its entity.
  return <Found key={keyOf(kind, data.body)} found={data} name={name} />;
}

function isNotFound(error: unknown): error is ProblemError {
  return error instanceof ProblemError && error.code === 'not_found';
}

/** What was asked for does not exist, or is not known here: says so, and where to look for it. */
function NotHere({ kind, error }: { readonly kind: EntityKind; readonly error: ProblemError }) {
  const { start, isStarting } = useRunStarter();
  return (
    <Empty
      title={`This ${kind.singular} is not here`}
      action={
        <span className="flex flex-wrap justify-center gap-2">
          <Button asChild>
            <Link to="/$kind" params={{ kind: kind.name }}>
              Show all {kind.name}
            </Link>
          </Button>
          <Button disabled={isStarting} onClick={() => void start({ start: 'import', kind: kind.name, body: {} })}>
            Import {kind.name} from Broadstreet
          </Button>
        </span>
      }
    >
      {error.message}
    </Empty>
  );
}

interface FoundProps {
  readonly found: TaggedEntity;
  readonly name: keyof typeof kinds;
}

function Found({ found, name }: FoundProps) {
  const kind = kinds[name];
  const { body: entity } = found;
  const names = useNames(referencesOf(kind, entity));
  return (
    <Page
      name={nameOf(kind, entity, names)}
      title={
        <span className="grid gap-1">
          <Link to="/$kind" params={{ kind: name }} className="text-[13px] font-medium text-accent hover:underline">
            {titleOf(kind)}
          </Link>
          <bdi className="line-clamp-3">{nameOf(kind, entity, names)}</bdi>
        </span>
      }
      lead={
        <span className="flex flex-wrap items-center gap-1.5 pt-1">
          <OriginBadge origin={originOf(entity)} />
          <EntityMarks kind={kind} entity={entity} />
          <span>
            {isLocal(entity) ? (
              <>
                made <Time at={entity.created_at} />, changed <Time at={entity.updated_at} />
              </>
            ) : (
              <>
                as Broadstreet had it <Time at={entity.synced_at} />
              </>
            )}
          </span>
        </span>
      }
      actions={<EntityActions kind={kind} found={found} names={names} />}
    >
      {isLocal(entity) ? (
        <Candidates kind={kind} entity={entity} />
      ) : (
        <>
          <DeletionNotice kind={kind} entity={entity} />
          <ConflictNotice kind={kind} entity={entity} />
        </>
      )}
      <EntityErrors kind={kind} entity={entity} />
      <EntityFieldsCard kind={kind} entity={entity} names={names} />
      <Children kind={kind} entity={entity} />
      {isLocal(entity) ? null : <History kind={kind} id={keyOf(kind, entity)} />}
    </Page>
  );
}
