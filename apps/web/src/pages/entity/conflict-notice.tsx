import type { ProductionEntity } from '@broadstreet-sync/contract';
import type { EntityKind } from '@broadstreet-sync/domain';
import { ConflictFields } from '../../kinds/conflict-fields.tsx';
import { Card, CardHead } from '../../ui/card.tsx';

interface ConflictNoticeProps {
  readonly kind: EntityKind;
  readonly entity: ProductionEntity;
}

/** What of an entity was edited here and there, and has to be decided about. */
export function ConflictNotice({ kind, entity }: ConflictNoticeProps) {
  const { conflict, revision } = entity.sync;
  if (conflict === undefined) return null;
  return (
    <Card>
      <CardHead title="Edited here, and changed in Broadstreet too" />
      <ConflictFields kind={kind} conflict={{ ...conflict, revision }} />
    </Card>
  );
}
