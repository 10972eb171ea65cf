/** Defect of a release. */
export interface ReleaseFault {
  readonly method: 'GET' | 'POST';
  /** Fraction of these requests that fail, 0..1. */
  readonly share: number;
  readonly exception: string;
}

/** A version of a service and its defects. */
export interface Release {
  readonly version: string;
  readonly fault?: ReleaseFault;
  /** The last line of its log: its processes end shortly after their start. Absent: they run. */
  readonly crash?: string;
}
