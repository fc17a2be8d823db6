/** Assets that weigh nothing, for tests of what stands around them. */
import type { PageAssets } from './assets.ts';

export const smallAssets: PageAssets = { script: 'void 0;', style: 'body{}' };
