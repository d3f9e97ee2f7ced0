/** The times that `from` and `to` leave of a list, as a filter of the store's. */
export function timeRange(given: { from?: string | undefined; to?: string | undefined }): { $gte?: Date; $lt?: Date } {
  return {
    ...(given.from === undefined ? {} : { $gte: new Date(given.from) }),
    ...(given.to === undefined ? {} : { $lt: new Date(given.to) }),
  };
}
