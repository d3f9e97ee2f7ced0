import { api } from '@broadstreet-sync/contract';
import { answered, type Binding, bind } from '../http/bind.ts';
import { replyList } from '../http/csv.ts';
import { notFound } from '../http/problem-error.ts';
import type { ApiParts } from '../parts.ts';
import { summaryView } from './plan-summary.ts';
import { planItemView } from './plan-view.ts';
import { findRun } from './stop-run.ts';

/** What a dry run would do, and what a run does that carries one out. */
export function bindPlan({ store, readRate }: Pick<ApiParts, 'store' | 'readRate'>): Binding[] {
  const columns = api.getPlan[0]?.answers[200].csv ?? [];
  return bind(api.getPlan, async ({ params, query }, http) => {
    const run = await findRun(store, params.id);
    if (run.operation !== 'export' || (!run.dry_run && run.from_plan === undefined)) {
      throw notFound(`The run ${run._id} has no plan: dry runs of exports have one, and runs that carry one out.`);
    }
    const { kind, action, state } = query;
    const chosen = Object.entries({ kind, action, state }).filter(([, value]) => value !== undefined);
    const filter = { run_id: run._id, ...Object.fromEntries(chosen) };
    const list = await replyList(http, {
      query,
      columns,
      fileName: `run-${run._id}-plan`,
      load: async ({ skip, limit }) => {
        const { items, total } = await store.plans.page(filter, skip, limit);
        return { items: items.map(planItemView), total };
      },
    });
    if (list === answered) return answered;
    const planned = run.planned ?? { counts: await store.plans.counts(run._id), latency_ms: null };
    const { rate } = await readRate();
    return { ...list, body: { summary: summaryView(planned, rate, run.planned !== undefined), ...list.body } };
  });
}
