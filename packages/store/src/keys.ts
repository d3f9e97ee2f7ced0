import { createHash, randomBytes } from 'node:crypto';
import type { Role } from '@broadstreet-sync/domain';
import { mongo, Types } from 'mongoose';
import type { KeyDocument } from './access-documents.ts';
import type { Collections } from './collections.ts';
import { isDuplicateKey } from './transactions.ts';

/** By which scanners of secrets know a key, wherever it was left. */
const mark = 'bss_';
const secretBytes = 32;
/** Of what is shown of a key. */
const prefixLength = mark.length + 6;
/** Last use is noted once in so long: a read must not cost a write. */
const noteEveryMs = 60_000;

const holds = { revoked_at: null } as const;

export interface NewKey {
  readonly name: string;
  readonly role: Role;
  /** Who makes it. */
  readonly createdBy: string;
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** Access keys. A key itself is given once, when it is made. */
export function createKeys({ accessKeys, sessions }: Pick<Collections, 'accessKeys' | 'sessions'>) {
  return {
    /** Whether a key was ever made: from then on keys are asked for, also when all are revoked. */
    async isAnyMade(): Promise<boolean> {
      return (await accessKeys.findOne({}, { projection: { _id: 1 } })) !== null;
    },

    /** How many keys of a role hold. */
    count: (role: Role): Promise<number> => accessKeys.countDocuments({ role, ...holds }),

    /** @returns the key, this once; null when another that holds has the name */
    async create({ name, role, createdBy }: NewKey): Promise<{ key: string; document: KeyDocument } | null> {
      const key = `${mark}${randomBytes(secretBytes).toString('base64url')}`;
      const document: KeyDocument = {
        _id: new Types.ObjectId(),
        name,
        role,
        prefix: key.slice(0, prefixLength),
        hash: hashOf(key),
        created_at: new Date(),
        created_by: createdBy,
        last_used_at: null,
        revoked_at: null,
        revoked_by: null,
      };
      try {
        await accessKeys.insertOne(document);
      } catch (error) {
        if (isDuplicateKey(error)) return null;
        throw error;
      }
      return { key, document };
    },

    /** The key that holds, by itself. */
    async bearer(key: string): Promise<KeyDocument | null> {
      return key.startsWith(mark) ? accessKeys.findOne({ hash: hashOf(key), ...holds }) : null;
    },

    /** The key that holds, by its id. */
    held: (id: Types.ObjectId): Promise<KeyDocument | null> => accessKeys.findOne({ _id: id, ...holds }),

    /** A key by its id, one that was revoked too. */
    async get(id: string): Promise<KeyDocument | null> {
      return mongo.ObjectId.isValid(id) ? accessKeys.findOne({ _id: new Types.ObjectId(id) }) : null;
    },

    /** The key that holds, by its name. */
    named: (name: string): Promise<KeyDocument | null> => accessKeys.findOne({ name, ...holds }),

    /** A page, newest first. */
    async list(skip: number, limit: number): Promise<{ items: KeyDocument[]; total: number }> {
      const found = accessKeys.find().sort({ _id: -1 }).skip(skip).limit(limit);
      const [items, total] = await Promise.all([found.toArray(), accessKeys.countDocuments()]);
      return { items, total };
    },

    /** Ends a key and all log-ins by it. Who was first to revoke it stays named. */
    async revoke(id: Types.ObjectId, by: string): Promise<KeyDocument | null> {
      await accessKeys.updateOne({ _id: id, ...holds }, { $set: { revoked_at: new Date(), revoked_by: by } });
      await sessions.deleteMany({ key_id: id });
      return accessKeys.findOne({ _id: id });
    },

    /** Notes that a key is used. */
    async noteUse({ _id, last_used_at }: KeyDocument, now: Date): Promise<void> {
      if (last_used_at !== null && now.getTime() - last_used_at.getTime() < noteEveryMs) return;
      await accessKeys.updateOne({ _id }, { $max: { last_used_at: now } });
    },
  };
}

export type Keys = ReturnType<typeof createKeys>;
