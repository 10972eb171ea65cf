/**
 * The flags of the command line that give the answer which a refusal asks for, in parentheses at its end. A card asks for these
 * answers itself, so it removes them (`ui/keys/bound-keys.ts`).
 */
export const answerFlag = {
  /** Also names the default key of the cockpit. */
  arm: '(A, or --arm "reason")',
  override: '(--override "reason")',
  allowOutage: '(--allow-outage "reason")',
  confirm: '(--confirm NAME)',
  done: '(--done STEP)',
} as const;
