import { browser } from '$app/env';
import PartInBrowser from './PartInBrowser.svelte';
import PartOnServer from './PartOnServer.svelte';

/**
 * A part of a page that comes alive in a turn of its own (see `Turns`). It is rendered where it stands, by the server and on
 * every later page; only the first page takes it over later than what surrounds it.
 */
export const Part = browser ? PartInBrowser : PartOnServer;
