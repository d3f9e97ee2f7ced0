type Row = Record<string, unknown>;

/** The advertiser with campaigns on which least is placed: that it goes is believed without anybody's confirmation. */
export function findSmallAdvertiser(state: {
  readonly advertisers: readonly Row[];
  readonly campaigns: readonly Row[];
  readonly placements: readonly Row[];
}): number {
  const owners = new Map(state.campaigns.map(({ id, advertiser_id }) => [id, advertiser_id]));
  const placed = (id: unknown): number =>
    state.placements.filter(({ campaign_id }) => owners.get(campaign_id) === id).length;
  const candidates = state.advertisers.filter(({ id }) => [...owners.values()].includes(id));
  const [smallest] = candidates.map(({ id }) => ({ id, size: placed(id) })).sort((a, b) => a.size - b.size);
  return Number(smallest?.id);
}
