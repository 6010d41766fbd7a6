#!/usr/bin/env bash
# Makes the clips that the sandbox delivers: src/lib/sandbox/clips/files/{width}x{height}-{palette}.mp4 and ambience.m4a.
# Needs ffmpeg 5 or newer with libx264, drawtext and the font DejaVu Sans. Takes about a quarter of an hour; the output
# is committed, so nobody has to run it to use the sandbox.
#
# Every picture repeats after exactly 8 s (240 frames at 30 a second, one key frame, no B frames): the sandbox cuts it
# after any frame and strings it together without a visible seam to whatever duration was asked for.
set -euo pipefail
cd "$(dirname "$0")/../.."
OUT=src/lib/sandbox/clips/files
SECONDS_PER_LOOP=8
ONLY=${1:-} # for instance 16x9-night: makes only that scene
mkdir -p "$OUT"

# The layer fades from transparent to its colour where Y passes the ridge: that is what smooths the edge.
layer() { # colour, expression of the ridge's height as Y
  echo "color=c=$1:s=${LAYER_WIDTH}x${H}:r=30:d=0.03,format=rgba,geq=r='r(X,Y)':g='g(X,Y)':b='b(X,Y)':a='255*clip(Y-($2),0,1)',loop=loop=-1:size=1"
}
hills() { # colour, height, amplitude, seed, frequency
  layer "$1" "H*($2-$3*(0.5*sin(X/$UNIT*$5+$4)+0.3*sin(X/$UNIT*$5*2.3+$4*1.7)+0.14*sin(X/$UNIT*$5*5.1+$4*2.9)+0.06*sin(X/$UNIT*$5*13+$4*4.1)))"
}
towers() { # colour, height, amplitude, seed, blocks
  layer "$1" "H*$2-$UNIT*$3*mod(abs(sin(floor(X/$UNIT*$5)*12.9898+$4)*437.585),1)"
}
domes() { # colour, height, amplitude, seed, blocks
  layer "$1" "H*$2-$UNIT*$3*(mod(abs(sin(floor(X/$UNIT*$5)*7.233+$4)*437.585),1)+0.55*sqrt(max(0,1-pow(2.2*(mod(X/$UNIT*$5,1)-0.5),2))))"
}

palette() { # sets SKY (four colours), LIGHT, DISC (radius), STARS and the four layers
  STARS=0
  DISC=0.10
  case $1 in
    dawn)
      SKY=(0x5b7fa6 0x9fb7c9 0xf2c6a8 0xfde6c4) LIGHT=0xfffbe8
      LAYERS=("$(hills 0xa9b4b8 0.63 0.05 0.4 6)" "$(hills 0x7f9896 0.71 0.07 3.1 4.4)" "$(hills 0x55776f 0.80 0.08 1.2 3.2)" "$(hills 0x2e4f4a 0.91 0.07 4.4 2.4)") ;;
    dusk)
      SKY=(0x1b2a4e 0x6b4a78 0xe07a5f 0xf6c58f) LIGHT=0xfff1cf
      LAYERS=("$(hills 0xb07a86 0.62 0.07 1.3 5)" "$(hills 0x7d5478 0.70 0.08 4.2 4)" "$(hills 0x4d3a60 0.79 0.09 2.6 3)" "$(hills 0x231d3b 0.90 0.08 5.5 2.2)") ;;
    night)
      SKY=(0x070b1f 0x0f1c3f 0x1e3a5f 0x35617a) LIGHT=0xeaf2ff DISC=0.065 STARS=1
      LAYERS=("$(hills 0x28485f 0.66 0.06 2.2 5)" "$(towers 0x1d3349 0.74 0.20 1.9 13)" "$(towers 0x13233a 0.82 0.16 4.7 9)" "$(hills 0x0a1424 0.93 0.06 0.9 2.4)") ;;
    sepia)
      SKY=(0x8a6f4d 0xb8986b 0xdcc393 0xf1e2bd) LIGHT=0xfff6dc DISC=0.08
      LAYERS=("$(hills 0xc0a677 0.64 0.05 5.1 5)" "$(domes 0xa1835a 0.75 0.12 2.3 7)" "$(domes 0x7a5f3f 0.85 0.10 0.6 5)" "$(hills 0x4a3826 0.93 0.05 3.7 2.6)") ;;
  esac
}

sizes() { # ratio -> pixel sizes of the 1080P, 720P and 480P tiers, as the model pages list them
  case $1 in
    16x9) SIZES=(1920x1080 1280x720 832x480) ;;
    9x16) SIZES=(1080x1920 720x1280 480x832) ;;
    1x1) SIZES=(1440x1440 960x960 624x624) ;;
    4x3) SIZES=(1648x1248 1104x832 720x544) ;;
    3x4) SIZES=(1248x1648 832x1104 544x720) ;;
    21x9) SIZES=(2520x1080 1680x720 1120x480) ;;
    # HappyHorse only, which has no 480P.
    9x21) SIZES=(1080x2520 720x1680) ;;
    4x5) SIZES=(1280x1600 832x1040) ;;
    5x4) SIZES=(1600x1280 1040x832) ;;
    # OpenAI's videos only, one size each.
    7x4) SIZES=(1792x1024) ;;
    4x7) SIZES=(1024x1792) ;;
    # The models up to 2.6 differ here by a few pixels.
    4x3-legacy) SIZES=(1632x1248 1088x832) ;;
    3x4-legacy) SIZES=(1248x1632 832x1088) ;;
  esac
}

star() { # one colour channel of the sky, with a fixed scatter of stars where STARS is 1
  echo "min(255,$1(X,Y)+${STARS}*190*gt(mod(abs(sin(floor(X/3)*12.9898+floor(Y/3)*78.233)*43758.5453),1),0.9988)*lt(Y,H*0.6))"
}
scene() { # the filter graph of one scene, drawn at W x H, ending in [scene]
  local glow=$((UNIT * 9 / 10 / 2 * 2))
  local swing="sin(2*PI*t/${SECONDS_PER_LOOP})"
  echo "gradients=s=${W}x${H}:r=30:x0=0:y0=0:x1=0:y1=$((H * 8 / 10)):nb_colors=4:c0=${SKY[0]}:c1=${SKY[1]}:c2=${SKY[2]}:c3=${SKY[3]}:speed=0.00001:d=0.03,
    format=rgb24,geq=r='$(star r)':g='$(star g)':b='$(star b)',loop=loop=-1:size=1,trim=duration=${SECONDS_PER_LOOP}[sky];
    color=c=${LIGHT}:s=${glow}x${glow}:r=30:d=0.03,format=rgba,geq=r='r(X,Y)':g='g(X,Y)':b='b(X,Y)':a='max(255*clip(W*${DISC}-hypot(X-W/2,Y-H/2),0,1),120*pow(clip(1-hypot(X-W/2,Y-H/2)/(W/2),0,1),2))',loop=loop=-1:size=1[light];
    ${LAYERS[0]}[layer0]; ${LAYERS[1]}[layer1]; ${LAYERS[2]}[layer2]; ${LAYERS[3]}[layer3];
    [sky][light]overlay=x='(W-w)*0.62+${PAD}*0.06*${swing}':y='H*0.50-h/2-H*0.02*cos(2*PI*t/${SECONDS_PER_LOOP})':eval=frame:shortest=1[with0];
    [with0][layer0]overlay=x='-${PAD}+${PAD}*0.15*${swing}':y=0:shortest=1[with1];
    [with1][layer1]overlay=x='-${PAD}+${PAD}*0.30*${swing}':y=0:shortest=1[with2];
    [with2][layer2]overlay=x='-${PAD}+${PAD}*0.55*${swing}':y=0:shortest=1[with3];
    [with3][layer3]overlay=x='-${PAD}+${PAD}*0.95*${swing}':y=0:shortest=1,
    drawtext=font='DejaVu Sans':text='SANDBOX':fontsize=$((UNIT / 11)):fontcolor=white@0.85:x=w*0.04:y=h-th-$((UNIT / 11)),
    drawtext=font='DejaVu Sans':text='test output, no provider was called':fontsize=$((UNIT / 38)):fontcolor=white@0.7:x=w*0.043:y=h-th-$((UNIT / 24))[scene]"
}

clip() { # ratio palette tiers...
  local ratio=$1 name=$2
  shift 2
  [[ -z $ONLY || "$ratio-$name" == "$ONLY" ]] || return 0
  sizes "$ratio"
  W=${SIZES[0]%x*} H=${SIZES[0]#*x}
  UNIT=$((W < H ? W : H)) PAD=$((W / 10)) LAYER_WIDTH=$((W + 2 * (W / 10)))
  palette "$name"
  local outputs=() labels="" scales="" index=0
  for tier in "$@"; do
    local size=${SIZES[$([[ $tier == 1080p ]] && echo 0 || { [[ $tier == 720p ]] && echo 1 || echo 2; })]}
    labels+="[copy$index]"
    scales+=";[copy$index]scale=${size/x/:}:flags=lanczos,setsar=1,format=yuv420p[out$index]"
    outputs+=(-map "[out$index]" -t "$SECONDS_PER_LOOP" -r 30 -an -c:v libx264 -preset medium -tune animation -crf 30
      -bf 0 -g 240 -keyint_min 240 -sc_threshold 0 -flags:v +bitexact -fflags +bitexact -map_metadata -1
      -movflags +faststart "$OUT/$size-$name.mp4")
    index=$((index + 1))
  done
  ffmpeg -v error -y -filter_complex "$(scene);[scene]split=${index}${labels}${scales}" "${outputs[@]}"
  echo "$ratio $name: $*"
}

# Wind and a slow chord. Every pitch makes whole turns in 8 s, and 8 s are exactly 375 AAC frames at 48 kHz, so that the
# frames can be strung together like the picture. Half a second more, so that the last frame is a full one.
ambience() {
  ffmpeg -v error -y -f lavfi -i "aevalsrc='0.05*sin(2*PI*110*t)*(1+0.5*sin(2*PI*t/8))+0.035*sin(2*PI*164.75*t)*(1+0.5*sin(2*PI*t/4))+0.03*sin(2*PI*220*t)*(1-0.6*sin(2*PI*t/8))+0.012*sin(2*PI*329.625*t)':s=48000:d=8.5" \
    -c:a aac -b:a 40k -ac 1 -flags:a +bitexact -fflags +bitexact -map_metadata -1 "$OUT/ambience.m4a"
}

[[ -n $ONLY ]] || ambience
clip 16x9 dusk 1080p 720p 480p
clip 16x9 dawn 1080p 720p 480p
clip 16x9 night 1080p 720p
clip 16x9 sepia 1080p 720p
for ratio in 9x16 1x1 4x3 3x4 21x9; do
  clip "$ratio" dusk 1080p 720p 480p
  clip "$ratio" night 720p
done
for ratio in 9x16 1x1; do clip "$ratio" sepia 720p; done
for ratio in 9x21 4x5 5x4 4x3-legacy 3x4-legacy; do clip "$ratio" dusk 1080p 720p; done
clip 7x4 dusk 1080p
clip 4x7 dusk 1080p

# The pictures that go with OpenAI's videos, of the same scene: pictures/{width}x{height}-{thumbnail.webp,spritesheet.jpg}.
pictures() { # sizes...
  local size
  mkdir -p "$OUT/../pictures"
  for size in "$@"; do
    local name="$OUT/../pictures/$size" tile="scale='if(gt(iw,ih),256,-2)':'if(gt(iw,ih),-2,256)'"
    ffmpeg -v error -y -i "$OUT/$size-dusk.mp4" -frames:v 1 -vf "scale=iw/2:-2" -quality 60 -map_metadata -1 "$name-thumbnail.webp"
    ffmpeg -v error -y -i "$OUT/$size-dusk.mp4" -frames:v 1 -vf "fps=1,$tile,tile=4x2" -q:v 8 -flags:v +bitexact -map_metadata -1 "$name-spritesheet.jpg"
  done
}
[[ -n $ONLY && $ONLY != pictures ]] || pictures 1280x720 720x1280 1792x1024 1024x1792 1920x1080 1080x1920
du -cb "$OUT"/* | tail -1
