import { z } from 'zod';
import { closedObject } from '../closed-object.ts';
import { rateMinute, rateNow } from '../rates.ts';
import { defineRoute, none } from '../route.ts';
import { time } from '../time.ts';

/** What tells how fast requests to Broadstreet go. */
export const rateRoutes = {
  getRates: [
    defineRoute({
      ...none,
      method: 'get',
      path: '/api/stats/rate',
      role: 'viewer',
      summary: 'How fast requests to Broadstreet go: just now, and minute by minute',
      tag: 'Statistics',
      query: closedObject({
        from: time.optional().meta({ description: 'From this time on; an hour before `to` when not given.' }),
        to: time.optional().meta({ description: 'Before this time; now when not given. At most 7 days after `from`.' }),
      }),
      answers: {
        200: {
          description: 'Minutes in order, those without a request left out; they are kept for 90 days.',
          body: z.object({ now: rateNow, minutes: z.array(rateMinute) }),
        },
      },
    }),
  ],
};
