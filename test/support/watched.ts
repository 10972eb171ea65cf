import { setWatchdog } from '../../src/domain/regex/watchdog.ts';
import { guarded } from '../../src/platform/watchdog.ts';

// As the program does it when it starts.
setWatchdog(guarded);
