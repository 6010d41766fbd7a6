import { describe, expect, it } from 'vitest';
import { isUpcoming, kindOf } from '#lib/scrape/video-downloader/answers/meaning.ts';

/** As the extractors of yt-dlp 2026.11.23 write them, each of another site. */
describe('what single sites say', () => {
  it.each([
    // Not for everyone.
    ['This content is not available at your territory due to limited copyright.', 'rejected'],
    ['Streaming is not available in your area', 'rejected'],
    ['This video is not available due to geoblocking', 'rejected'],
    ['You are not allowed to watch this video: Geo Fencing Restriction', 'rejected'],
    ['Access to this webpage has been blocked by decision of the Russian government.', 'rejected'],
    ['This is a supporter-only video: x', 'rejected'],
    ['This video is only available for members', 'rejected'],
    ['This video is only available for users of participating TV providers.', 'rejected'],
    ['This video is paid, subscribe to download it', 'rejected'],
    ['Your account does not have tickets to this event', 'rejected'],
    ['The song is only for VIP accounts.', 'rejected'],
    ['Track is restricted', 'rejected'],
    ['Video 12 is locked', 'rejected'],
    ["The stream can't be accessed", 'rejected'],
    ['This event has not been made available to anyone', 'rejected'],
    ['Expired token. Refresh your cookies in browser and try again', 'rejected'],
    ['Access to stream infos forbidden', 'rejected'],
    ['Sensitive content setting must be enabled', 'rejected'],
    ['This video is available only after login', 'rejected'],
    // Gone.
    ['Removed by rights-holder request', 'not-found'],
    ['this song has been offline because of copyright issues', 'not-found'],
    ['This content is currently unavailable', 'not-found'],
    ['Video #2 is unavailable', 'not-found'],
    ['No such podcast', 'not-found'],
    ['No Nintendo Direct with id x exists', 'not-found'],
    ['Stream not found; it has most likely expired', 'not-found'],
    ['Cannot find on-air x channel.', 'not-found'],
    ['This livestream has ended', 'not-found'],
    ['Live was ended, there is no video for download.', 'not-found'],
    // Too often.
    ['Request is rejected by server (352)', 'rate-limited'],
    ['You are suspected as a bot. Wait, or pass the captcha on the site and provide cookies.', 'rate-limited'],
    ['All player responses are invalid. Your IP is likely being blocked by Youtube', 'rate-limited'],
    // Perhaps the next time.
    ['Service temporarily unavailable', 'network'],
    ['A network error has occurred.', 'network'],
    ['An error occurred while receiving data. Try again', 'network'],
    // Another address.
    ['No video found', 'invalid-input'],
    ['no video in the article', 'invalid-input'],
    ['No video/audio found at the provided url', 'invalid-input'],
    ['There is no video.', 'invalid-input'],
    ['This article does not have any videos', 'invalid-input'],
    ["The webpage doesn't contain any video", 'invalid-input'],
    ['Content is not a video/podcast', 'invalid-input'],
    ['x is not a video or animated image', 'invalid-input'],
    ['Invalid URL', 'invalid-input'],
    ['This website is not supported and will not be supported.', 'invalid-input'],
    // Another yt-dlp.
    ['pycryptodomex not found. Please install', 'config'],
    ['This request has been blocked due to its TLS fingerprint. Install a required impersonation dependency', 'config'],
  ])('%s', (text, code) => {
    expect(isUpcoming(text)).toBe(false);
    expect(kindOf(`ERROR: [site] ${text}`)?.code).toBe(code);
  });

  it.each([
    ['This video is not available yet. Release date: 2026-12-01'],
    ['This course episode is not yet available.'],
    ['This video is only available after 20:00'],
    ['This event has ended, and the archive will be available shortly'],
    ['This video is currently unavailable. It may still be uploading or processing.'],
    ['The video will be available after December 1'],
    ['This video is processing'],
    ['Twitter Space ended but not downloadable yet'],
    ['Streamer is not live'],
    ['User is offline'],
    ['Room is currently in a private show'],
    ["Couldn't find video metadata, maybe this livestream is now offline"],
  ])('%s: there is nothing yet', (text) => {
    expect(isUpcoming(text)).toBe(true);
  });

  it.each([
    ['Video data missing for this account'],
    ['Access token not generated'],
    ['Could not find player definition'],
    ['No source found for x'],
  ])('decides nothing where yt-dlp takes it for a fault of its own: %s', (text) => {
    expect(kindOf(`ERROR: [site] ${text}; please report this issue on https://x`)?.code).toBe('provider-failed');
  });

  it('decides nothing where it says nothing', () => {
    expect(kindOf('ERROR: [site] a: The moon is in the way')).toBeUndefined();
  });
});
