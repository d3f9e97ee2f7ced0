import { z } from 'zod';
import { defineKind } from '../kind.ts';
import { read, remoteId, text } from './fields.ts';

export const zones = defineKind({
  name: 'zones',
  singular: 'zone',
  parents: ['networks'],
  lineage: 'networks',
  fields: z.object({ name: text, alias: text }),
  row: z.looseObject({ id: remoteId, name: z.string(), alias: read.words, self_serve: read.flag }),
  list: { path: '/zones', scope: 'networks', query: { network_id: 'networks' }, envelopes: ['zones'] },
  create: {
    path: '/zones',
    query: { network_id: 'networks' },
    fields: ['name', 'alias'],
    required: ['name'],
    envelope: 'zone',
    answers: 'row',
  },
  update: { path: '/zones/:id', fields: ['name', 'alias'], envelope: 'zone' },
  remove: { path: '/zones/:id' },
  identity: ['id'],
  unique: ['name', 'alias'],
  countedBy: 'zone_count',
});
