import { waitUntil } from '@broadstreet-sync/services';
import type { Run } from './api-client.ts';
import { type Draft, draftAccount, type Grounds } from './drafts.ts';
import { judge } from './judge.ts';
import { countExtra, lastRequest, neededRequests } from './requests.ts';
import type { Finding, Play } from './scenario.ts';
import { createStage, layGrounds, type MadeDraft, type Stage, type StageSettings } from './stage.ts';

/** An export under way. */
export interface Exporting {
  readonly stage: Stage;
  readonly drafts: readonly MadeDraft[];
  readonly run: Run;
  /** The last request before it. */
  readonly after: number;
}

/** An export that is disturbed. */
export interface DisturbedExport {
  readonly settings?: StageSettings;
  /** Those that run from the start; with none the scenario starts its own, and another one does the import before. */
  readonly workers?: number;
  /** What is exported; by default an account of as many entities as the scenario has. */
  readonly drafts?: (grounds: Grounds) => Draft[];
  /** Puts faults in place, before the run. */
  readonly before?: (stage: Stage, drafts: readonly MadeDraft[]) => Promise<void>;
  readonly during?: (exporting: Exporting) => Promise<void>;
  /** What else must hold, once it has ended; gives what does not. */
  readonly check?: (exporting: Exporting) => Promise<readonly string[]>;
  /** What else was seen, in words. */
  readonly notes?: () => readonly string[];
  /** How often the fault happened, where that is seen only afterwards. */
  readonly times?: (exporting: Exporting) => Promise<number>;
  /** Answers are lost for other reasons than the end of a worker too. */
  readonly areAnswersLost?: boolean;
  /** Requests whose outcome was unknown for other reasons still; asked for once it has ended. */
  readonly alsoUnknown?: () => number;
  /** Requests that are explained otherwise; asked for once it has ended. */
  readonly alsoAllowed?: () => number;
}

/** Work on a stage that is closed in any case. */
export async function onStage<T>(
  { lab, seed, deaths }: Pick<Play, 'lab' | 'seed' | 'deaths'>,
  settings: StageSettings,
  work: (stage: Stage) => Promise<T>,
): Promise<T> {
  const account = { account: 'bare' as const, seed, ...settings.account };
  const stage = await createStage(lab, deaths, { ...settings, account });
  try {
    return await work(stage);
  } finally {
    await stage.close();
  }
}

/** Starts so many workers. */
export async function startWorkers({ crew }: Stage, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, () => crew.start()));
}

/** Stops all that run, in order. */
export async function stopWorkers({ crew }: Stage): Promise<void> {
  await Promise.all(crew.workers.map(({ app }) => app.kill('SIGTERM')));
}

/** Plays an export of everything that must succeed though it is disturbed, and judges it. */
export function playExport(play: Play, disturbed: DisturbedExport): Promise<Finding> {
  const { settings = {}, workers = 2, before, during, check, times } = disturbed;
  const { size, random, longestMs } = play;
  return onStage(play, settings, async (stage) => {
    await startWorkers(stage, Math.max(1, workers));
    const grounds = await layGrounds(stage);
    await stage.importAll();
    if (workers === 0) await stopWorkers(stage);
    const chosen = disturbed.drafts?.(grounds) ?? draftAccount(size.entities, random, grounds);
    const drafts = await stage.make(chosen);
    await before?.(stage, drafts);
    const after = await lastRequest(stage);
    const run = await stage.api.start('export', { confirm: ['networks'] });
    const exporting = { stage, drafts, run, after };
    await during?.(exporting);
    await stage.api.endedAs('succeeded', run.id, longestMs);
    const faults = (await check?.(exporting)) ?? [];
    const judged = await judge(stage, drafts);
    return {
      times: (await times?.(exporting)) ?? size.times,
      entities: drafts.length,
      ...judged,
      faults: [...judged.faults, ...faults],
      notes: disturbed.notes?.() ?? [],
      ...(await countExtra(stage, {
        after,
        needed: neededRequests(drafts),
        areAnswersLost: disturbed.areAnswersLost ?? false,
        alsoUnknown: disturbed.alsoUnknown?.() ?? 0,
        alsoAllowed: disturbed.alsoAllowed?.() ?? 0,
      })),
    };
  });
}

/** Resolves when the account has seen so many requests of an export. */
export async function reached({ stage, after }: Pick<Exporting, 'stage' | 'after'>, requests: number): Promise<void> {
  await waitUntil(`Request ${requests} of the export`, 300_000, async () => {
    return (await lastRequest(stage)) - after >= requests ? true : undefined;
  });
}

/** Creates that the account has seen, whatever came of them. */
export async function creates({ stage, after }: Pick<Exporting, 'stage' | 'after'>): Promise<number> {
  return (await stage.account.journal(after)).filter(({ method }) => method === 'POST').length;
}

/** Creates whose answers did not arrive. */
export async function lostAnswers({ stage, after }: Pick<Exporting, 'stage' | 'after'>): Promise<number> {
  const sent = await stage.account.journal(after);
  return sent.filter(({ method, answered }) => method === 'POST' && !answered).length;
}

/** Each create reached the account once: gives what is wrong where it did not. */
export async function eachOnce(exporting: Exporting): Promise<string[]> {
  const sent = await creates(exporting);
  return sent === exporting.drafts.length ? [] : [`${sent} creates for ${exporting.drafts.length} entities`];
}
