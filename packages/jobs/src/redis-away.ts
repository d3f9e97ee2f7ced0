/** What Redis answers while it cannot do what it will do later (its error prefixes), such as when its memory is full. */
const passing = /^(OOM|LOADING|BUSY|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|NOREPLICAS|MISCONF)\b/;
/** What ioredis says without a connection, by name and by message. */
const withoutConnection = /^(MaxRetriesPerRequestError|AbortError)$/;
const connectionMessages =
  /^(Connection is closed|Connection is in closing state|Command timed out|connect E|read E|write E)/;

/** Says whether Redis was out of reach or full, so that the same may succeed later. */
export function isRedisAway(error: Error): boolean {
  if (withoutConnection.test(error.name) || connectionMessages.test(error.message)) return true;
  // An error of a script names the script first.
  return passing.test(error.message) || /\b(OOM command not allowed|LOADING Redis)/.test(error.message);
}
