/** Small files that survive a session: `platform/files/kept-files` if there is a state directory. */
export interface StateFiles {
  read(name: string): Promise<string | undefined>;
  write(name: string, text: string): Promise<void>;
  setAside(name: string): Promise<string>;
}

/** Keeps a part of the screen state in files. */
export interface StateRecorder {
  /** Writes pending changes; resolves when done. */
  stop(): Promise<void>;
}
