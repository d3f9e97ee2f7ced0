import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { generate } from 'selfsigned';

/** An https address before the simulator, whose certificate nobody knows who was not told of it. */
export interface SecureDoor {
  readonly port: number;
  /** Holds the certificate, for those who are to trust it. */
  readonly certificateFile: string;
  /** From now on connections are refused. */
  shut(): Promise<void>;
  open(): Promise<void>;
}

/** @param host the name in the certificate */
export async function createSecureDoor(host: string, target: URL, folder: string): Promise<SecureDoor> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: host }], {
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: host }] },
    ],
  });
  const certificateFile = join(folder, 'certificate.pem');
  writeFileSync(certificateFile, cert);
  const sockets = new Set<TLSSocket>();
  let server: Server | null = null;
  let port = 0;

  function pass(client: TLSSocket): void {
    const inside = connect(Number(target.port), target.hostname);
    sockets.add(client);
    client.on('error', () => inside.destroy()).on('close', () => sockets.delete(client));
    inside.on('error', () => client.destroy());
    client.pipe(inside).pipe(client);
  }

  async function open(): Promise<void> {
    server = createServer({ key, cert }, pass);
    // Who does not trust the certificate breaks off.
    server.on('tlsClientError', () => undefined);
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (typeof address === 'object' && address !== null) port = address.port;
  }

  await open();
  return {
    port,
    certificateFile,
    open,
    async shut() {
      const closed = server === null ? null : once(server, 'close');
      server?.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
