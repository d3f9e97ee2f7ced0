import { Types } from 'mongoose';
import type { AuditDocument } from './access-documents.ts';
import type { Collections } from './collections.ts';

/** What is known of a deed before it is done. */
export type Deed = Omit<AuditDocument, '_id' | 'at' | 'status' | 'code' | 'run_id'>;
export type DeedOutcome = Pick<AuditDocument, 'status' | 'code' | 'run_id'>;

export interface AuditFilter {
  name?: string;
  action?: string;
  run_id?: string;
  at?: { $gte?: Date; $lt?: Date };
}

/** The audit trail. */
export function createAudit({ audit }: Pick<Collections, 'audit'>) {
  return {
    /** Notes what somebody is about to do, or what came of it at once. @returns what {@link end} takes */
    async begin(deed: Deed, outcome?: DeedOutcome): Promise<Types.ObjectId> {
      const _id = new Types.ObjectId();
      await audit.insertOne({ _id, at: new Date(), ...deed, status: null, code: null, run_id: null, ...outcome });
      return _id;
    },

    /** Notes what came of it. */
    async end(id: Types.ObjectId, outcome: DeedOutcome): Promise<void> {
      await audit.updateOne({ _id: id }, { $set: outcome });
    },

    /** A page, newest first. */
    async list(filter: AuditFilter, skip: number, limit: number): Promise<{ items: AuditDocument[]; total: number }> {
      const found = audit.find(filter).sort({ at: -1, _id: -1 }).skip(skip).limit(limit);
      const [items, total] = await Promise.all([found.toArray(), audit.countDocuments(filter)]);
      return { items, total };
    },
  };
}

export type Audit = ReturnType<typeof createAudit>;
