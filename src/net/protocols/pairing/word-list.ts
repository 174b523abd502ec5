/**
 * The 1024 words of pairing codes: concrete, common, easily spelt; 3 to 8 letters a-z; no homophones, no word one edit away
 * from another, nothing rude alone or in a pair. The order carries no meaning, but both the number and each word are part of
 * what a code is worth: two words are 20 bits. words.ts is the only reader.
 */
export const wordList: readonly string[] = `
abbey acorn acrobat actor adobe agate airport airship alarm album alcove almond alpaca alphabet amber anchor
angle answer antelope antenna anthem anvil apple apricot apron aquarium arcade arch archer arena armchair arrow
artist aspen asteroid athlete atlas atom attic auction author autumn avenue aviator avocado awning axle backpack
badge bagel baggage bagpipe baker balance balcony ballad balloon bamboo bandage banjo banner barber barley barn
baseball basement basil basket bathtub battery beacon bedrock beehive belt bench bicycle binder birthday biscuit
bison blanket blazer blender blimp blizzard blossom blouse bluebell bluebird bobcat bobsled bonfire bonnet book
bookcase bookmark bookshop bottle bowl bracelet bracket branch brass breeze brick bridge bronze broom brownie
bubble bucket buffalo bugle builder bumper bungalow bus butler button buzzer cabbage cabin cabinet cable cactus
calendar camel camera camp campfire canal canary candle candy canoe canopy canteen canyon capsule captain
caramel caravan carbon cardigan cargo caribou carnival carpet carriage cartoon cascade cashew castle cavern
celery cement century chair chalk champion chapter charcoal chariot chart cheddar cheese cheetah chef chess
chestnut chime chimney chipmunk chisel chorus chowder cider cinema circle circus citadel citrus city clarinet
clay cliff clinic cloak cloud clover coach coast cobalt cobbler coconut coffee coin collie column comb comet
comic compass computer concert condor confetti cooler copilot copper cornet corridor cosmos cottage council
courier cowbell coyote crab crane crater crayon cricket crocus crown crystal cube cuckoo cupboard curry curtain
cushion daffodil dairy dancer dawn daylight deck delta denim dentist depot detector dial diamond diner dinosaur
diploma dish doctor dollar dolphin dome domino doorbell doorknob doorstep doorway dozen dragon drawer dream
dress dresser drizzle drum drummer duet dune dustpan dynamo eagle earring earth easel echo eclipse eggshell
elder elephant elevator elk emerald encore engine engineer envelope estate evening fabric factory falcon family
fan farm farmer fashion faucet feather fence fender fern festival fiction fiddle field fig film finale finch
fire firefly fireman firewood flame flamingo flannel flask flint floor foam folder folklore food football
footpath forecast forest forester forge fortress fossil foundry fountain foxglove freezer freight friend fritter
frog frost funnel furnace galaxy gallery gallon garage garden gardener garlic garment garnet gateway gazebo
gazelle gecko gemstone gerbil giant gift ginger giraffe glacier glass glider glitter globe glow glue goat goblet
goggles gold goldfish gondola gong grain granite granola grape gravel gravity griddle grocery grotto group grove
guard guardian guide guitar hammer hammock hamster handbag harbor harness harp harvest hat hawk hawthorn
haystack hazel hazelnut headband headline hedge hedgehog helium helmet herb heron herring hexagon highland
highway hiker hill hilltop hinge hippo history hobby hockey holiday honeybee hoop horizon hotel house hurdle
ibex ice iceberg icebox icicle icing igloo iguana inkwell inlet inn insect inventor iris iron island ivory ivy
jacket jade jaguar janitor jar jasmine jeans jersey jigsaw journal journey judo juggler jukebox jungle juniper
jupiter kangaroo karate kayak kazoo keeper kelp kennel ketchup kettle keyboard keyhole keyring kingdom kinship
kiosk kitchen kite kiwi knapsack knitter koala label ladder ladle ladybug lagoon lake landmark lantern laptop
lark lasso lathe lattice laundry lavender leaf leaflet lecture legend lemon lemonade leopard letter lettuce
level library lifeboat lilac lily lilypad linen lion lizard lobster locket lodge logbook lotus lounge luggage
lullaby lunch lunchbox macaroni macaw machine magazine magician magnet magnolia magpie mailbox mallard mammoth
mandolin mango mansion map maple marathon marble margin marigold marina mariner market marmot marsh mascot mason
matador mattress meadow mechanic melody menu merchant mercury message meteor midnight milk mineral minnow mint
minute miracle mirror mitten mixer model mongoose monitor monsoon monument moon moonbeam mosaic moss moth motor
movie mug mulberry mural museum mushroom music mustang mystery nacho napkin nature navy necktie neon neptune
nest nickel noodle north notebook notepad novel nugget nursery nutmeg oak oasis oatmeal oboe observer ocean
octagon octopus office olive onion onyx opal opera orange orbit orchard orchid origami osprey ostrich otter
ottoman oven overall overcoat oxygen padlock pagoda painter palace pancake panda panther pantry paper paprika
parade paragon parcel parka parrot parsley parsnip partner passage passport pasta pastel pasture patio pavement
peanut pebble pecan pelican pencil pendant pendulum penguin penny pepper perch phone photo piano picnic picture
pigeon pillow pilot pine pinecone pinwheel pioneer piston pitcher pixel pizza planet plank planner platform
plaza plume pluto plywood poem polar polka pond popcorn poppy porridge port portal porter portrait postcard
potato pottery powder prairie pretzel primrose prism puddle puffin pulley pulp puma pumpkin puppet purple
pursuit puzzle pyramid quail quarter quilt quiver quiz rabbit raccoon radar radiator radio radish raft railroad
railway rainbow raincoat raindrop raisin raven ravine recipe record recorder redwood reindeer resort river robe
robin robot rodeo roof rosebud rosemary rowboat ruby rudder ruffle ruler runner runway saddle safari sage
sailboat sailor salad salmon salt sample sand sandal sandbox sandpit sapling sapphire satchel satin saturn sauna
scallop scarf scenery science scooter scout screen script scroll sculptor seagull seahorse seal seashell season
seesaw shadow shark shed sheep shelf shelter shepherd shield shoebox shoelace shop shovel shrimp shutter shuttle
sidewalk signal silo silver siren ski skillet skirt skylark skyline sleeve slipper smile snail sneaker snorkel
snow snowball snowdrop snowman soap soccer sock sonata south spaniel sparrow spectrum sphere spice spider
spinach spindle spiral sponge spoon sprinter sprout spruce square stable stadium stamp stapler star starfish
starling station statue steam steeple stencil stereo steward sticker stone storm straw street string stripe
student studio subway suitcase summer summit sunbeam sundial sunlight sunrise sunset surfer swan sweater
sycamore system tablet tadpole taffy talent tapestry taxi teacher teacup teapot teaspoon telegram tempo tennis
tent terrace thermos thicket thimble thistle thread thunder tiger tile tinfoil toaster tomato topaz toucan
tourist tower toy tractor trader traffic trail trailer trapeze treasure tree trellis triangle tricycle trinket
trio tripod trolley trophy trout trowel truck trumpet tuba tugboat tulip tumbler turbine turnip turnpike turret
turtle tutor tuxedo twilight twin typist umbrella umpire unicorn unicycle uniform universe valley valve vanilla
varnish vector vehicle velvet video village vinegar vineyard vintage vinyl viola violet violin vista vitamin
volcano voyage wagon waiter walnut walrus waltz wardrobe weaver website wedding weekend wheat whisker widget
wildcat windmill window winner wisdom wolf wombat wonder wool workshop yard year yeast yellow zebra zigzag zinc
zipper zone zoo
`
  .trim()
  .split(/\s+/);
