interface Waiting<I, O> {
  readonly item: I;
  readonly resolve: (outcome: O) => void;
  readonly reject: (error: unknown) => void;
}

/** One outcome for each item, in order. */
type Work<I, O> = (items: readonly I[]) => Promise<readonly O[]>;

/**
 * Does the same work for many at once: what comes alone is done at once; what comes meanwhile waits for the end of that and
 * is done together. So nobody waits for a timer, and all of it is done after it was asked for.
 *
 * @param keyOf two of one key are never done together, but one after the other
 * @param work a rejection is that of each of its items
 */
export function together<I, O>(most: number, keyOf: (item: I) => string, work: Work<I, O>): (item: I) => Promise<O> {
  const queue: Waiting<I, O>[] = [];
  let isWorking = false;

  async function workOff(): Promise<void> {
    isWorking = true;
    for (let batch = takeBatch(queue, most, keyOf); batch.length > 0; batch = takeBatch(queue, most, keyOf)) {
      await doBatch(batch, work);
    }
    isWorking = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      queue.push({ item, resolve, reject });
      if (!isWorking) void workOff();
    });
}

async function doBatch<I, O>(batch: readonly Waiting<I, O>[], work: Work<I, O>): Promise<void> {
  try {
    const outcomes = await work(batch.map(({ item }) => item));
    for (const [at, outcome] of outcomes.entries()) batch[at]?.resolve(outcome);
    if (outcomes.length !== batch.length) throw new Error(`${outcomes.length} outcomes of ${batch.length} items`);
  } catch (error) {
    for (const { reject } of batch) reject(error);
  }
}

function takeBatch<I, O>(queue: Waiting<I, O>[], most: number, keyOf: (item: I) => string): Waiting<I, O>[] {
  const batch = new Map<string, Waiting<I, O>>();
  const later: Waiting<I, O>[] = [];
  for (const waiting of queue.splice(0)) {
    const key = keyOf(waiting.item);
    if (batch.size < most && !batch.has(key)) batch.set(key, waiting);
    else later.push(waiting);
  }
  queue.push(...later);
  return [...batch.values()];
}
