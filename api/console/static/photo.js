// The photo of the chip on a canvas: no address of it exists, and it goes with the element.

export async function drawPhoto(place, { media_type: type, base64 }, isWanted) {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  let image;
  try {
    image = await createImageBitmap(new Blob([bytes], { type }));
  } catch {
    return; // no picture that this browser can read
  }
  if (isWanted()) {
    place.width = image.width;
    place.height = image.height;
    place.getContext("2d").drawImage(image, 0, 0);
    place.dataset.drawn = "yes";
  }
  image.close();
}
