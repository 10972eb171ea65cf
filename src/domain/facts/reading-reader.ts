/** The operator and the host of the cockpit that read a shared reading, as that cockpit says. */
export interface ReadingReader {
  readonly user: string;
  readonly host: string;
}
