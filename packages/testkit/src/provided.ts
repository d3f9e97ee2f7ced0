declare module 'vitest' {
  /** What the global setup starts once for all files of the integration project; read with `inject`. */
  export interface ProvidedContext {
    /** A one-member replica set, without a database. */
    mongoUri: string;
    redisUrl: string;
    /** Without a path. */
    simulatorUrl: string;
  }
}

export {};
