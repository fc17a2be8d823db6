/** The break-even maps and sentences, drawn anew around what the planner is set to. */
import { mapsAround, type Drawable } from '../html-maps.ts';
import { settingsOf, type Settings } from '../planner.ts';
import { offerMapDownloads } from './map-downloads.ts';

/** A slider on its way passes many loads, each of which takes a while to draw: the one where it rests is drawn. */
const REST_MS = 120;

/** @returns what to call whenever the planner is set to something else */
export function offerMaps(drawable: Drawable): (settings: Settings) => void {
  const place = document.getElementById('maps');
  if (place === null) return () => {};
  offerMapDownloads(place);
  const { model } = drawable;
  let drawn = JSON.stringify(settingsOf(model.usual));
  let resting: number | undefined;
  return (settings) => {
    window.clearTimeout(resting);
    resting = window.setTimeout(() => {
      const now = JSON.stringify(settings);
      if (now === drawn) return;
      drawn = now;
      place.innerHTML = mapsAround(drawable, settings);
      offerMapDownloads(place);
    }, REST_MS);
  };
}
