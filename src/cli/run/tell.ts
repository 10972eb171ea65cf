import type { RunEvent } from '../../domain/run.ts';
import type { Invocation } from '../invocation.ts';
import type { RunFlags } from './flags.ts';
import { createRunTeller } from './run-lines.ts';

/** How events leave: as JSON, one per line, or as sentences. */
const plainTellerOf = ({ options, output }: Invocation<RunFlags>): ((event: RunEvent) => void) => {
  if (options.json === true) return (event) => output.json(event);
  const linesOf = createRunTeller();
  return (event) => {
    for (const line of linesOf(event)) output.line(line);
  };
};

/** The same for everybody who may read along. */
export const tellerOf = (invocation: Invocation<RunFlags>): ((event: RunEvent) => void) => {
  const tell = plainTellerOf(invocation);
  const { sharing } = invocation;
  if (sharing === undefined) return tell;
  return (event) => {
    // Others may read along, but the one who answers must know what is acted on.
    if (event.event === 'planned') sharing.keep(event.proposal.names);
    tell(sharing.deep(event));
  };
};
