import type { mongo } from 'mongoose';
import type { Collections } from './collections.ts';

/** Under which something is written: an overtaken claim changes nothing. */
export interface Claim {
  readonly taskId: string;
  readonly fence: number;
}

/** Says whether a claim still holds, as of the transaction. */
export async function isClaimHeld(
  { tasks }: Pick<Collections, 'tasks'>,
  { taskId: _id, fence }: Claim,
  session: mongo.ClientSession,
): Promise<boolean> {
  return (await tasks.findOne({ _id, fence, state: 'running' }, { session })) !== null;
}
