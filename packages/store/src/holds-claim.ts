import type { mongo } from 'mongoose';
import type { Collections } from './collections.ts';

/** A task as somebody took it. */
export interface Claim {
  readonly taskId: string;
  readonly fence: number;
}

/** Says, within a transaction, whether a claim still is the one that counts. */
export async function holdsClaim(
  { tasks }: Collections,
  { taskId: _id, fence }: Claim,
  session: mongo.ClientSession,
): Promise<boolean> {
  return (await tasks.findOne({ _id, fence, state: 'running' }, { session })) !== null;
}
