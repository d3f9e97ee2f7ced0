import http from 'node:http';
import https from 'node:https';

/** An idle connection older than this is not used again: the host may be closing it, and a write would meet the reset. */
const idleMs = 4000;

export interface Agents {
  readonly httpAgent: http.Agent;
  readonly httpsAgent: https.Agent;
}

/** Connections that are kept for the next request. Made here, they know no proxy from the environment. */
export function createAgents(): Agents {
  const options = { keepAlive: true, timeout: idleMs };
  return { httpAgent: new http.Agent(options), httpsAgent: new https.Agent(options) };
}

/** Sends by plain Node (so nothing follows a redirect) and notes whether a byte can have left. */
export interface WatchedTransport {
  request(options: https.RequestOptions, onAnswer: (answer: http.IncomingMessage) => void): http.ClientRequest;
  /** False as long as it is certain that nothing was written. */
  isWritingBegun(): boolean;
}

export function createWatchedTransport(isSecure: boolean): WatchedTransport {
  let isBegun = false;
  const begin = () => {
    isBegun = true;
  };

  return {
    request(options, onAnswer) {
      const request = isSecure ? https.request(options, onAnswer) : http.request(options, onAnswer);
      request.once('socket', (socket) => {
        // Node writes the request as soon as the socket is connected, or secure.
        if (request.reusedSocket || !socket.connecting) begin();
        else socket.once(isSecure ? 'secureConnect' : 'connect', begin);
      });
      return request;
    },
    isWritingBegun: () => isBegun,
  };
}
