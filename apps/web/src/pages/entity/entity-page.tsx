import { kinds, titleOf } from '@broadstreet-sync/domain';
import { Link, useParams } from '@tanstack/react-router';
import { isLocal, keyOf, nameOf, originOf, referencesOf } from '../../kinds/entity.ts';
import { EntityMarks } from '../../kinds/entity-marks.tsx';
import { OriginBadge } from '../../kinds/origin-badge.tsx';
import { type TaggedEntity, useEntity, useNames } from '../../queries/entities.ts';
import { Page } from '../../ui/page.tsx';
import { Failure, Waiting } from '../../ui/states.tsx';
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
        title={
          <Link to="/$kind" params={{ kind: name }} className="hover:underline">
            {titleOf(kind)}
          </Link>
        }
      >
        {error === null ? <Waiting /> : <Failure error={error} onRetry={() => void refetch()} />}
      </Page>
    );
  }
  // By its key: a form that is open stays with its entity.
  return <Found key={keyOf(kind, data.body)} found={data} name={name} />;
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
          <EntityMarks entity={entity} />
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
