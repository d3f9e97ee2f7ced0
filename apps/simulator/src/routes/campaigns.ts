import type { z } from 'zod';
import { json, list, noBody, unprocessable } from '../answers.ts';
import { type Row, weights, weightWords } from '../rows.ts';
import { scopedKey } from '../state.ts';
import { campaignBody, readBody } from './bodies.ts';
import { type Call, Refusal, type Route, refuseTakenKey, requireParent, rowOfPath, showRow, single } from './route.ts';

const campaignUpdate = campaignBody.partial();
type CampaignBody = z.output<typeof campaignUpdate>;

/** Written and never read back (openapi v1, schema `campaign`); dates keep their time here. */
const writeOnly = [
  'archived',
  'pacing_type',
  'impression_max_type',
  'paused',
  'notes',
  'start_date',
  'end_date',
] as const;

/** Exactly one of advertiser and zone (openapi v1, GET /campaigns). */
function* findCampaigns(call: Call): Generator<Row<'campaigns'>> {
  const { campaigns, placements } = call.state.tables;
  if (call.query.zone_id !== undefined && call.query.advertiser_id !== undefined)
    throw new Refusal(unprocessable({ zone_id: 'cannot be used together with advertiser_id' }));
  if (call.query.zone_id === undefined) {
    yield* campaigns.where('advertiser_id', requireParent(call, 'advertiser_id', 'advertisers'));
    return;
  }
  const seen = new Set<number>();
  for (const { campaign_id } of placements.where('zone_id', requireParent(call, 'zone_id', 'zones'))) {
    const campaign = campaigns.get(campaign_id);
    if (campaign && !seen.has(campaign_id)) yield campaign;
    seen.add(campaign_id);
  }
}

/** The row that a body makes of an old one; what the body does not name stays. */
function applyBody(old: Row<'campaigns'>, body: CampaignBody, now: number): Row<'campaigns'> {
  const written = { ...old.written };
  for (const field of writeOnly) if (body[field] !== undefined) written[field] = body[field];
  const row = {
    ...old,
    name: body.name ?? old.name,
    start_date: toDay(body.start_date, old.start_date),
    end_date: toDay(body.end_date, old.end_date),
    max_impression_count:
      body.max_impression_count === undefined ? old.max_impression_count : body.max_impression_count,
    display_type: body.display_type === undefined ? old.display_type : body.display_type,
    weight: weightWords.find((word) => weights[word] === body.weight) ?? old.weight,
    written,
  };
  // A campaign of the seed runs or not as it did in the real account, until one of these is written.
  const isDecided = [body.start_date, body.end_date, body.paused].some((value) => value !== undefined);
  return isDecided ? { ...row, active: isRunning(row, now) } : row;
}

/** Dates are read as days only, even where a time was written. */
function toDay(value: string | null | undefined, old: string | null): string | null {
  return value === undefined ? old : (value?.slice(0, 10) ?? null);
}

/** "A running campaign will still run even if archived" (openapi v1, campaign.archived). */
function isRunning({ written, start_date, end_date }: Row<'campaigns'>, now: number): boolean {
  if (written.paused === true) return false;
  const start = toTime(start_date, written.start_date, '00:00:00');
  const end = toTime(end_date, written.end_date, '23:59:59');
  return (start === null || start <= now) && (end === null || now <= end);
}

/** A day with the time it was written with, if it was. */
function toTime(day: string | null, written: unknown, defaultTime: string): number | null {
  if (day === null) return null;
  const time = typeof written === 'string' && written.startsWith(`${day} `) ? written.slice(11) : defaultTime;
  return Date.parse(`${day}T${time}Z`);
}

function checkName(call: Call, row: Row<'campaigns'>, exceptId: number | null): void {
  if (call.settings.unique_names)
    refuseTakenKey(call, 'campaigns', 'name', scopedKey(row.advertiser_id, row.name), exceptId);
}

function newCampaign(id: number, advertiser_id: number): Row<'campaigns'> {
  const dates = { start_date: null, end_date: null };
  const delivery = { max_impression_count: null, display_type: 'no_repeat', weight: 'default', active: true } as const;
  return { id, advertiser_id, name: '', ...dates, ...delivery, written: {} };
}

export const campaignRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/campaigns',
    handle: (call) => list('campaigns', findCampaigns(call), (row) => showRow(call, 'campaigns', row)),
  },
  {
    method: 'POST',
    path: '/campaigns',
    handle(call) {
      const advertiserId = requireParent(call, 'advertiser_id', 'advertisers');
      const body = readBody(call, campaignBody, ['advertiser_id']);
      const draft = applyBody(newCampaign(0, advertiserId), body, call.now);
      checkName(call, draft, null);
      const row = { ...draft, id: call.state.allocateId() };
      call.state.apply({ op: 'insert', kind: 'campaigns', row, origin: 'api' });
      const written = { kind: 'campaigns', id: row.id, key: null } as const;
      return json(201, { campaign: showRow(call, 'campaigns', row) }, written);
    },
  },
  {
    method: 'GET',
    path: '/campaigns/{id}',
    handle: (call) => single(call.settings, 'campaign', showRow(call, 'campaigns', rowOfPath(call, 'campaigns'))),
  },
  {
    method: 'PUT',
    path: '/campaigns/{id}',
    handle(call) {
      const old = rowOfPath(call, 'campaigns');
      const row = applyBody(old, readBody(call, campaignUpdate, ['advertiser_id']), call.now);
      checkName(call, row, old.id);
      call.state.apply({ op: 'update', kind: 'campaigns', row });
      const written = { kind: 'campaigns', id: row.id, key: null } as const;
      return single(call.settings, 'campaign', showRow(call, 'campaigns', row), { written });
    },
  },
  {
    method: 'DELETE',
    path: '/campaigns/{id}',
    handle(call) {
      const { id } = rowOfPath(call, 'campaigns');
      call.state.apply({ op: 'remove', kind: 'campaigns', id, cascade: true });
      return noBody(204, { kind: 'campaigns', id, key: null });
    },
  },
];
