import { z } from 'zod';
import { defineKind } from '../kind.ts';
import { read, remoteId, text } from './fields.ts';

export const advertisers = defineKind({
  name: 'advertisers',
  singular: 'advertiser',
  parents: ['networks'],
  lineage: 'networks',
  fields: z.object({ name: text, web_home_url: text.meta({ title: 'Website' }), notes: text }),
  row: z.looseObject({
    id: remoteId,
    name: z.string(),
    logo: read.image,
    web_home_url: read.words,
    notes: read.words,
    admins: z.array(z.unknown()).nullish(),
  }),
  list: { path: '/advertisers', scope: 'networks', query: { network_id: 'networks' }, envelopes: ['advertisers'] },
  create: {
    path: '/advertisers',
    query: { network_id: 'networks' },
    fields: ['name', 'web_home_url', 'notes'],
    required: ['name'],
    envelope: 'advertiser',
    answers: 'row',
  },
  one: { path: '/advertisers/:id', envelope: 'advertiser' },
  update: {
    path: '/advertisers/:id',
    fields: ['name', 'web_home_url', 'notes'],
    clearable: ['web_home_url', 'notes'],
    envelope: 'advertiser',
  },
  remove: { path: '/advertisers/:id' },
  identity: ['id'],
  longText: ['notes'],
  unique: ['name'],
  countedBy: 'advertiser_count',
});
