import type { Collections } from './collections.ts';
import type { RateDocument, RateMinuteDocument } from './documents.ts';

/** One minute's counts, of one series: see {@link RateMinuteDocument}. */
export type RateMinute = Omit<RateMinuteDocument, '_id'> & { readonly series: string };

/** One minute's counts of a class of requests, of all series together. */
export type RateMinuteSum = Omit<RateMinuteDocument, '_id'>;

/** How fast requests went, minute by minute, and how fast the API was found to bear them. */
export function createRates({ rates, rateMinutes }: Collections) {
  return {
    /** Keeps what was counted. The numbers of a series only grow: told again, or late, changes nothing. */
    async keep(minutes: readonly RateMinute[]): Promise<void> {
      if (minutes.length === 0) return;
      const updates = minutes.map(({ series, at, rate_class, rate, ...counts }) => ({
        updateOne: {
          filter: { _id: `${at.toISOString()} ${rate_class} ${series}` },
          update: { $setOnInsert: { at, rate_class }, $max: { ...counts, rate } },
          upsert: true,
        },
      }));
      await rateMinutes.bulkWrite(updates, { ordered: false });
    },

    /** Minutes in order, from a time on and before another; those without a request are left out. */
    minutes(from: Date, to: Date): Promise<RateMinuteSum[]> {
      const sum = (field: string) => ({ $sum: `$${field}` });
      return rateMinutes
        .aggregate<RateMinuteSum>([
          { $match: { at: { $gte: from, $lt: to } } },
          {
            $group: {
              _id: { at: '$at', rate_class: '$rate_class' },
              used: sum('used'),
              rate_limited: sum('rate_limited'),
              failed: sum('failed'),
              retries: sum('retries'),
              waited_ms: sum('waited_ms'),
              waiting: { $max: '$waiting' },
              rate: { $max: '$rate' },
            },
          },
          { $sort: { '_id.at': 1, '_id.rate_class': 1 } },
          { $replaceWith: { $mergeObjects: ['$_id', '$$ROOT'] } },
          { $unset: '_id' },
        ])
        .toArray();
    },

    /** Keeps the rate that an account's API was found to bear. */
    async remember(account: string, found: Pick<RateDocument, 'rate' | 'is_bound'>): Promise<void> {
      await rates.updateOne({ _id: account }, { $set: { ...found, found_at: new Date() } }, { upsert: true });
    },

    found: (account: string): Promise<RateDocument | null> => rates.findOne({ _id: account }),
  };
}

export type Rates = ReturnType<typeof createRates>;
