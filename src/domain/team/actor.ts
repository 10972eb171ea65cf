/** A user of a machine, as reported by the operating system; not authenticated. */
interface Actor {
  readonly user: string;
  readonly host: string;
}

/** 'ana@desk-3', as records name a person. 'unknown user' without one: a container may have no user name. */
export const actorText = (who: Actor | undefined): string =>
  who === undefined ? 'unknown user' : `${who.user}@${who.host}`;
