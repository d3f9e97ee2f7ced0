import type { KindName, PlanAction, PlanCount } from '@broadstreet-sync/domain';
import type { mongo } from 'mongoose';
import type { Collections } from './collections.ts';
import type { PlanItemDocument } from './documents.ts';
import { isDuplicateKey } from './transactions.ts';

/** An entry as it is planned; the store adds its id. */
export type PlanItem = Omit<PlanItemDocument, '_id'>;

/** What an entry is about, without its run. */
type PlanSubject = Pick<PlanItemDocument, 'kind' | 'action' | 'subject'>;

const inOrder = { level: 1, kind: 1, order: 1, _id: 1 } as const;
/** What becomes of a local entity; of each there is one. */
const ofEntities: readonly PlanAction[] = ['create', 'link'];
/** What is written; lists that are read before decide nothing. */
const ofExisting: readonly PlanAction[] = ['update', 'remove'];
const decisions: readonly PlanAction[] = [...ofEntities, ...ofExisting];

function itemId(runId: string, { kind, action, subject }: PlanSubject): string {
  return [runId, kind, ofEntities.includes(action) ? 'entity' : action, subject].join('-');
}

/** Plans of exports: what a run would do, kept with it. */
export function createPlans({ planItems }: Collections) {
  return {
    /**
     * Keeps entries that are not kept yet: planned again, as after a crash, each stays as it was first.
     *
     * @returns what is kept for the same subjects
     */
    async keep(items: readonly PlanItem[]): Promise<PlanItemDocument[]> {
      const kept: PlanItemDocument[] = [];
      for (let at = 0; at < items.length; at += 500) {
        const batch = items.slice(at, at + 500).map((item) => ({ ...item, _id: itemId(item.run_id, item) }));
        await planItems.insertMany(batch, { ordered: false }).catch((error: unknown) => {
          if (!isDuplicateKey(error)) throw error;
        });
        const ids = batch.map(({ _id }) => _id);
        kept.push(
          ...(await planItems
            .find({ _id: { $in: ids } })
            .sort(inOrder)
            .toArray()),
        );
      }
      return kept;
    },

    /** What is planned for local entities of a kind, by `_id`. */
    async ofEntities(runId: string, kind: KindName, ids: readonly string[]): Promise<Map<string, PlanItemDocument>> {
      const keys = ids.map((subject) => itemId(runId, { kind, action: 'create', subject }));
      const found = await planItems.find({ _id: { $in: keys } }).toArray();
      return new Map(found.map((item) => [item.subject, item]));
    },

    /** What is decided about entities of a kind, local or not. */
    decided(runId: string, kind: KindName, subjects: readonly string[]): Promise<PlanItemDocument[]> {
      const filter = { run_id: runId, kind, subject: { $in: [...subjects] }, action: { $in: [...decisions] } };
      return planItems.find(filter).toArray();
    },

    /** What is planned for entities of a kind that exist. */
    writes(runId: string, kind: KindName): Promise<PlanItemDocument[]> {
      return planItems.find({ run_id: runId, kind, action: { $in: [...ofExisting] } }).toArray();
    },

    /** `_id`s of the local entities of a kind that a plan is about, or keys of those that it updates or removes. */
    async subjects(runId: string, kind: KindName, actions: readonly PlanAction[] = ofEntities): Promise<string[]> {
      const found = planItems.find({ run_id: runId, kind, action: { $in: [...actions] } });
      return (await found.project<{ subject: string }>({ subject: 1 }).toArray()).map(({ subject }) => subject);
    },

    /** How many entries there are of each sort, in the order in which they are done. */
    async counts(runId: string): Promise<PlanCount[]> {
      const isRenamed = { $cond: [{ $eq: [{ $ifNull: ['$renamed', null] }, null] }, 0, 1] };
      const grouped = planItems.aggregate<{
        _id: Omit<PlanCount, 'count' | 'renamed' | 'reads'>;
        count: number;
        renamed: number;
        reads: number;
      }>([
        { $match: { run_id: runId } },
        {
          $group: {
            _id: { kind: '$kind', level: '$level', action: '$action', state: '$state' },
            count: { $sum: 1 },
            renamed: { $sum: isRenamed },
            reads: { $sum: '$reads' },
          },
        },
        { $sort: { '_id.level': 1, '_id.kind': 1, '_id.action': 1, '_id.state': 1 } },
      ]);
      return (await grouped.toArray()).map(({ _id, ...sums }) => ({ ..._id, ...sums }));
    },

    /** A page of entries, in the order in which they are done. */
    async page(
      filter: mongo.Filter<PlanItemDocument>,
      skip: number,
      limit: number,
    ): Promise<{ items: PlanItemDocument[]; total: number }> {
      const found = planItems.find(filter).sort(inOrder).skip(skip).limit(limit);
      const [items, total] = await Promise.all([found.toArray(), planItems.countDocuments(filter)]);
      return { items, total };
    },

    /** What is planned for entities, local or not, by kind and subject; the same order for any run. */
    entities(runId: string): AsyncIterable<PlanItemDocument> {
      return planItems.find({ run_id: runId, action: { $in: [...decisions] } }).sort({ kind: 1, subject: 1 });
    },
  };
}

export type Plans = ReturnType<typeof createPlans>;
