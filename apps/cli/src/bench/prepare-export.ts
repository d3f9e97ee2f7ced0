import { simulator } from '@broadstreet-sync/testkit';
import type { Lab } from '../chaos/lab.ts';
import type { Stage } from '../chaos/stage.ts';
import { draftLike } from './drafts.ts';
import { type Needed, neededForExport } from './needed.ts';
import type { Row } from './rows.ts';

/** Makes the entities of the row's account local ones of the stage, and says what their export needs. */
export async function prepareExport(
  { simulatorUrl }: Lab,
  { account }: Row,
  { db, queuePrefix }: Stage,
): Promise<Needed> {
  const like = simulator(simulatorUrl, `${queuePrefix}-like`);
  await like.create(account);
  return neededForExport(await draftLike(db, await like.state()));
}
